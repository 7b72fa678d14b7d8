import {
  type Attributes,
  bareListOf,
  type ElementSchema,
  element,
  flag,
  listOf,
  oneOf,
  someOf,
  text,
  uint,
} from './schema-model.ts';

/*
 * The sections of URL Rewrite. Attributes and defaults are those of the schema of version 2.0; what 2.1 added
 * (responseCacheDirective, useOriginalURLEncoding) stands in no public schema and is known from its documentation.
 */

const syntax = oneOf(['ECMAScript', 'Wildcard', 'ExactMatch']);
const grouping = oneOf(['MatchAll', 'MatchAny']);

const conditionAttributes = (key: {key?: 'combined'}): Attributes => ({
  input: text(key),
  matchType: oneOf(['Pattern', 'IsFile', 'IsDirectory'], key),
  pattern: text(key),
  ignoreCase: flag(true, key),
  negate: flag(false, key),
});

const keyed = bareListOf('add', element(conditionAttributes({key: 'combined'})));
// Conditions of distributed rules have no key: the same one may stand there twice.
const keyless = bareListOf('add', element(conditionAttributes({})));

const conditions = (collection: typeof keyed, trackAllCaptures: boolean): ElementSchema =>
  element({logicalGrouping: grouping, trackAllCaptures: flag(trackAllCaptures)}, {collection});

const ruleAttributes: Attributes = {
  name: text({required: true, key: 'unique'}),
  enabled: flag(true),
  patternSyntax: syntax,
  stopProcessing: flag(false),
};

const inboundAction = (more: Attributes): ElementSchema =>
  element({
    type: oneOf(['None', 'Rewrite', 'Redirect', 'CustomResponse', 'AbortRequest']),
    url: text({trimmed: true}),
    appendQueryString: flag(true),
    redirectType: oneOf(['Permanent', 'Found', 'SeeOther', 'Temporary']),
    statusCode: uint({range: {from: 300, to: 307, exclude: true}}),
    subStatusCode: uint({range: {from: 0, to: 999}, default: '0'}),
    statusReason: text(),
    statusDescription: text(),
    ...more,
  });

const inbound = (conditionList: typeof keyed, action: ElementSchema): ElementSchema =>
  element(
    {useOriginalURLEncoding: flag(true)},
    {
      collection: listOf(
        'rule',
        element(
          {...ruleAttributes, responseCacheDirective: oneOf(['Auto', 'Always', 'Never', 'NotIfRuleMatched'])},
          {
            elements: {
              match: element({url: text({nonEmpty: true}), ignoreCase: flag(true), negate: flag(false)}),
              conditions: conditions(conditionList, false),
              serverVariables: element(
                {},
                {
                  collection: bareListOf(
                    'set',
                    element({
                      name: text({required: true, key: 'unique', trimmed: true}),
                      value: text(),
                      replace: flag(true),
                    }),
                  ),
                },
              ),
              action,
            },
          },
        ),
      ),
    },
  );

const tags = ['None', 'A', 'Area', 'Base', 'Form', 'Frame', 'Head', 'IFrame', 'Img', 'Input', 'Link', 'Script'];

const outboundRule = element(
  {...ruleAttributes, preCondition: text()},
  {
    elements: {
      match: element({
        filterByTags: someOf([...tags, 'CustomTags'], 'None'),
        customTags: text(),
        serverVariable: text(),
        pattern: text(),
        occurrences: {type: 'int64', default: '0'},
        ignoreCase: flag(true),
        negate: flag(false),
      }),
      conditions: conditions(keyed, true),
      action: element({type: oneOf(['None', 'Rewrite']), value: text(), replace: flag(true)}),
    },
  },
);

const preConditions = element(
  {},
  {
    collection: listOf(
      'preCondition',
      element(
        {name: text({required: true, key: 'unique'}), logicalGrouping: grouping, patternSyntax: syntax},
        {collection: keyed},
      ),
    ),
  },
);

const tag = element({
  name: text({required: true, key: 'combined', nonEmpty: true}),
  attribute: text({required: true, key: 'combined', nonEmpty: true}),
});
const customTags = element(
  {},
  {
    collection: listOf(
      'tags',
      element({name: text({required: true, key: 'unique'})}, {collection: listOf('tag', tag)}),
    ),
  },
);

const named = {name: text({required: true, key: 'unique', trimmed: true})};

export const rewriteSections: Readonly<Record<string, ElementSchema>> = {
  'system.webServer/rewrite/globalRules': inbound(keyed, inboundAction({})),
  'system.webServer/rewrite/rules': inbound(keyless, inboundAction({logRewrittenUrl: flag(false)})),
  'system.webServer/rewrite/outboundRules': element(
    {rewriteBeforeCache: flag(false)},
    {elements: {customTags, preConditions}, collection: listOf('rule', outboundRule)},
  ),
  'system.webServer/rewrite/allowedServerVariables': element(
    {},
    {collection: listOf('add', element({name: text({required: true, key: 'unique'})}))},
  ),
  'system.webServer/rewrite/rewriteMaps': element(
    {},
    {
      collection: listOf(
        'rewriteMap',
        element(
          {...named, defaultValue: text(), ignoreCase: flag(true)},
          {
            collection: listOf(
              'add',
              element({key: text({required: true, key: 'unique', caseSensitive: true}), value: text()}),
            ),
          },
        ),
      ),
    },
  ),
  'system.webServer/rewrite/providers': element(
    {},
    {
      collection: listOf(
        'provider',
        element(
          {...named, type: text({required: true, trimmed: true})},
          {
            elements: {
              settings: element(
                {},
                {
                  collection: listOf(
                    'add',
                    element({
                      key: text({required: true, key: 'unique', nonEmpty: true}),
                      value: text(),
                      encryptedValue: text(),
                    }),
                  ),
                },
              ),
            },
          },
        ),
      ),
    },
  ),
};
