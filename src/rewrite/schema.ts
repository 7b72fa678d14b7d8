import type {AttributeSchema, CollectionSchema, ElementSchema} from '../iis/schema/model.ts';

/*
 * The attributes of URL Rewrite's configuration with types and defaults, as its version 2.0 schema has them. Version 2.1
 * added `responseCacheDirective` (no default is known) and `useOriginalURLEncoding`.
 */

const text: AttributeSchema = {type: 'string'};
const nonEmpty: AttributeSchema = {type: 'string', check: 'non-empty'};
const trimmed: AttributeSchema = {type: 'string', check: 'trimmed'};
const nameKey: AttributeSchema = {type: 'string', required: true};
const trimmedKey: AttributeSchema = {type: 'string', required: true, check: 'trimmed'};
const yes: AttributeSchema = {type: 'bool', initial: true};
const no: AttributeSchema = {type: 'bool', initial: false};
const oneOf = (...values: readonly [string, ...string[]]): AttributeSchema => ({
  type: 'enum',
  initial: values[0],
  values,
});

const patternSyntax = oneOf('ECMAScript', 'Wildcard', 'ExactMatch');
const logicalGrouping = oneOf('MatchAll', 'MatchAny');

const condition: ElementSchema = {
  attributes: {
    input: text,
    matchType: oneOf('Pattern', 'IsFile', 'IsDirectory'),
    pattern: text,
    ignoreCase: yes,
    negate: no,
  },
  elements: {},
  collection: undefined,
};
const conditionKeys = Object.keys(condition.attributes);

const conditions = (trackAllCaptures: AttributeSchema, keys: readonly string[]): ElementSchema => ({
  attributes: {logicalGrouping, trackAllCaptures},
  elements: {},
  collection: {add: 'add', item: condition, keys, ordered: true},
});

const serverVariables: ElementSchema = {
  attributes: {},
  elements: {},
  collection: {
    add: 'set',
    item: {attributes: {name: trimmedKey, value: text, replace: yes}, elements: {}, collection: undefined},
    keys: ['name'],
    ordered: true,
  },
};

const inboundAction: ElementSchema = {
  attributes: {
    type: oneOf('None', 'Rewrite', 'Redirect', 'CustomResponse', 'AbortRequest'),
    url: trimmed,
    appendQueryString: yes,
    logRewrittenUrl: no,
    redirectType: oneOf('Permanent', 'Found', 'SeeOther', 'Temporary'),
    statusCode: {type: 'integer', initial: 0, min: 0, max: 0xffff_ffff, except: [300, 307]},
    subStatusCode: {type: 'integer', initial: 0, min: 0, max: 999},
    statusReason: text,
    statusDescription: text,
  },
  elements: {},
  collection: undefined,
};

const ruleAttributes: ElementSchema['attributes'] = {
  name: nameKey,
  enabled: yes,
  patternSyntax,
  stopProcessing: no,
  responseCacheDirective: {type: 'enum', initial: undefined, values: ['Auto', 'Always', 'Never', 'NotIfRuleMatched']},
};

const globalAction: ElementSchema = {
  ...inboundAction,
  attributes: Object.fromEntries(
    Object.entries(inboundAction.attributes).filter(([name]) => name !== 'logRewrittenUrl'),
  ),
};

const inboundRule = (keys: readonly string[], action: ElementSchema): ElementSchema => ({
  attributes: ruleAttributes,
  elements: {
    match: {attributes: {url: nonEmpty, ignoreCase: yes, negate: no}, elements: {}, collection: undefined},
    conditions: conditions(no, keys),
    serverVariables,
    action,
  },
  collection: undefined,
});

const tags = ['A', 'Area', 'Base', 'Form', 'Frame', 'Head', 'IFrame', 'Img', 'Input', 'Link', 'Script', 'CustomTags'];

const outboundRule: ElementSchema = {
  attributes: {...ruleAttributes, preCondition: text},
  elements: {
    match: {
      attributes: {
        filterByTags: {type: 'flags', initial: 'None', values: ['None', ...tags]},
        customTags: text,
        serverVariable: text,
        pattern: text,
        occurrences: {type: 'integer', initial: 0, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER},
        ignoreCase: yes,
        negate: no,
      },
      elements: {},
      collection: undefined,
    },
    conditions: conditions(yes, conditionKeys),
    action: {
      attributes: {type: oneOf('None', 'Rewrite'), value: text, replace: yes},
      elements: {},
      collection: undefined,
    },
  },
  collection: undefined,
};

const preCondition: ElementSchema = {
  attributes: {name: nameKey, logicalGrouping, patternSyntax},
  elements: {},
  collection: {add: 'add', item: condition, keys: conditionKeys, ordered: true},
};

const rewriteMap: ElementSchema = {
  attributes: {name: trimmedKey, defaultValue: text, ignoreCase: yes},
  elements: {},
  collection: {
    add: 'add',
    item: {attributes: {key: nameKey, value: text}, elements: {}, collection: undefined},
    keys: ['key'],
    ordered: false,
  },
};

const allowedVariable: ElementSchema = {attributes: {name: nameKey}, elements: {}, collection: undefined};

/** Each collection of URL Rewrite: the name of its elements, what they look like, and what names one of them. */
export const rewriteSchema = {
  rules: {add: 'rule', item: inboundRule([], inboundAction), keys: ['name'], ordered: true},
  globalRules: {add: 'rule', item: inboundRule(conditionKeys, globalAction), keys: ['name'], ordered: true},
  outboundRules: {add: 'rule', item: outboundRule, keys: ['name'], ordered: true},
  preConditions: {add: 'preCondition', item: preCondition, keys: ['name'], ordered: false},
  allowedServerVariables: {add: 'add', item: allowedVariable, keys: ['name'], ordered: false},
  rewriteMaps: {add: 'rewriteMap', item: rewriteMap, keys: ['name'], ordered: false},
} as const satisfies Readonly<Record<string, CollectionSchema>>;
