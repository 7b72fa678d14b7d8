/*
 * What a mitigation may say in URL Rewrite's language: a closed subset of rewrite_schema.xml. `clear`, `remove`, locks,
 * providers, custom tags and attributes of a section itself are left out on purpose: they change what others wrote.
 */

export type AttributeRule = {readonly required?: true; readonly default?: string} & (
  | {readonly type: 'text'; readonly nonEmpty?: true; readonly trimmed?: true}
  | {readonly type: 'bool'}
  | {readonly type: 'enum' | 'flags'; readonly values: readonly string[]}
  | {readonly type: 'number'; readonly min: number; readonly max: number; readonly except?: readonly [number, number]}
);

export interface ChildRule {
  readonly element: ElementRule;
  readonly times: 'once' | 'at-most-once' | 'any';
  /** Attributes that may not be equal, all together, in two of them: IIS answers 500.19 to a duplicate. */
  readonly key?: readonly string[];
  readonly keyIsCaseSensitive?: true;
}

export interface ElementRule {
  readonly attributes: Readonly<Record<string, AttributeRule>>;
  readonly children: Readonly<Record<string, ChildRule>>;
}

const text: AttributeRule = {type: 'text'};
const requiredName: AttributeRule = {type: 'text', required: true, nonEmpty: true, trimmed: true};
const bool = (byDefault: 'true' | 'false'): AttributeRule => ({type: 'bool', default: byDefault});
const oneOf = (...values: readonly [string, ...string[]]): AttributeRule => ({
  type: 'enum',
  values,
  default: values[0],
});
const attributesOnly = (attributes: ElementRule['attributes']): ElementRule => ({attributes, children: {}});

const patternSyntax = oneOf('ECMAScript', 'Wildcard', 'ExactMatch');
const logicalGrouping = oneOf('MatchAll', 'MatchAny');

const condition = attributesOnly({
  input: {type: 'text', required: true, nonEmpty: true},
  matchType: oneOf('Pattern', 'IsFile', 'IsDirectory'),
  pattern: text,
  ignoreCase: bool('true'),
  negate: bool('false'),
});
const conditionList: ChildRule = {
  element: condition,
  times: 'any',
  key: ['input', 'matchType', 'pattern', 'ignoreCase', 'negate'],
};
const conditions = (trackAllCaptures: 'true' | 'false'): ChildRule => ({
  element: {attributes: {logicalGrouping, trackAllCaptures: bool(trackAllCaptures)}, children: {add: conditionList}},
  times: 'at-most-once',
});

const serverVariableList: ChildRule = {
  element: attributesOnly({name: requiredName, value: text, replace: bool('true')}),
  times: 'any',
  key: ['name'],
};

const actionOfGlobalRules: ElementRule['attributes'] = {
  type: {...oneOf('None', 'Rewrite', 'Redirect', 'CustomResponse', 'AbortRequest'), required: true},
  url: {type: 'text', trimmed: true},
  appendQueryString: bool('true'),
  redirectType: oneOf('Permanent', 'Found', 'SeeOther', 'Temporary'),
  statusCode: {type: 'number', min: 1, max: 999, except: [300, 307]},
  subStatusCode: {type: 'number', min: 0, max: 999, default: '0'},
  statusReason: text,
  statusDescription: text,
};

const inboundRule = (actionAttributes: ElementRule['attributes']): ElementRule => ({
  attributes: {
    name: requiredName,
    enabled: bool('true'),
    patternSyntax,
    stopProcessing: bool('false'),
    // Of URL Rewrite 2.1: in no schema file, but IIS accepts it.
    responseCacheDirective: oneOf('Auto', 'Always', 'Never', 'NotIfRuleMatched'),
  },
  children: {
    match: {
      element: attributesOnly({
        url: {type: 'text', required: true, nonEmpty: true},
        ignoreCase: bool('true'),
        negate: bool('false'),
      }),
      times: 'once',
    },
    conditions: conditions('false'),
    serverVariables: {
      element: {attributes: {}, children: {set: serverVariableList}},
      times: 'at-most-once',
    },
    action: {element: attributesOnly(actionAttributes), times: 'once'},
  },
});

const tags = ['None', 'A', 'Area', 'Base', 'Form', 'Frame', 'Head', 'IFrame', 'Img', 'Input', 'Link', 'Script'];
const outboundRule: ElementRule = {
  attributes: {
    name: requiredName,
    preCondition: {type: 'text', nonEmpty: true},
    enabled: bool('true'),
    patternSyntax,
    stopProcessing: bool('false'),
  },
  children: {
    match: {
      element: attributesOnly({
        filterByTags: {type: 'flags', values: tags, default: 'None'},
        serverVariable: {type: 'text', nonEmpty: true, trimmed: true},
        pattern: text,
        occurrences: {type: 'number', min: 0, max: Number.MAX_SAFE_INTEGER, default: '0'},
        ignoreCase: bool('true'),
        negate: bool('false'),
      }),
      times: 'once',
    },
    // True is the default here and false in inbound rules; no slip of the pen.
    conditions: conditions('true'),
    action: {
      element: attributesOnly({
        type: {...oneOf('None', 'Rewrite'), required: true},
        value: text,
        replace: bool('true'),
      }),
      times: 'once',
    },
  },
};

const preCondition: ElementRule = {
  attributes: {name: requiredName, logicalGrouping, patternSyntax},
  children: {add: conditionList},
};

const rewriteMap: ElementRule = {
  attributes: {name: requiredName, defaultValue: text, ignoreCase: bool('true')},
  children: {
    add: {
      element: attributesOnly({key: {type: 'text', required: true}, value: text}),
      times: 'any',
      key: ['key'],
      keyIsCaseSensitive: true,
    },
  },
};

const list = (name: string, element: ElementRule): ElementRule => ({
  attributes: {},
  children: {[name]: {element, times: 'any', key: ['name']}},
});
const section = (element: ElementRule): ChildRule => ({element, times: 'at-most-once'});

const outboundRules: ElementRule = {
  attributes: {},
  children: {preConditions: section(list('preCondition', preCondition)), ...list('rule', outboundRule).children},
};

/** `<rewrite>` itself. The sections stand in the order in which they need each other. */
export const rewriteGrammar: ElementRule = {
  attributes: {},
  children: {
    allowedServerVariables: section(list('add', attributesOnly({name: requiredName}))),
    rewriteMaps: section(list('rewriteMap', rewriteMap)),
    globalRules: section(list('rule', inboundRule(actionOfGlobalRules))),
    rules: section(list('rule', inboundRule({...actionOfGlobalRules, logRewrittenUrl: bool('false')}))),
    outboundRules: section(outboundRules),
  },
};
