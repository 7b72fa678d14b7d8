import {element, listOf, no, nonEmpty, oneOf, required, text, unsigned, yes} from './build.ts';
import type {ElementSchema} from './model.ts';

/* Modules, request filtering and IP restrictions, after the published reference of IIS 10. */

export const globalModules: ElementSchema = element(
  {},
  {collection: listOf('add', element({name: required(nonEmpty), image: required(nonEmpty), preCondition: text}))},
);

export const modules: ElementSchema = element(
  {runAllManagedModulesForAllRequests: no, runManagedModulesForWebDavRequests: no},
  {collection: listOf('add', element({name: required(nonEmpty), type: text, preCondition: text}))},
);

/** A list of things that are allowed or not, one by one. */
const allowList = (key: string): ElementSchema =>
  element(
    {allowUnlisted: yes, applyToWebDAV: yes},
    {collection: listOf('add', element({[key]: required(nonEmpty), allowed: required(yes)}))},
  );

const plainList = (key: string, attributes: ElementSchema['attributes'] = {}): ElementSchema =>
  element(attributes, {collection: listOf('add', element({[key]: required(nonEmpty)}))});

const requestLimits = element(
  {
    maxAllowedContentLength: unsigned(30_000_000),
    maxUrl: unsigned(4096),
    maxQueryString: unsigned(2048),
  },
  {
    elements: {
      headerLimits: element(
        {},
        {collection: listOf('add', element({header: required(nonEmpty), sizeLimit: required(unsigned(undefined))}))},
      ),
    },
  },
);

const filteringRule = element(
  {
    name: required(nonEmpty),
    scanUrl: no,
    scanQueryString: no,
    scanAllRaw: no,
    denyUnescapedPercent: yes,
  },
  {
    elements: {
      scanHeaders: plainList('requestHeader'),
      appliesTo: plainList('fileExtension'),
      denyStrings: plainList('string'),
    },
  },
);

export const requestFiltering: ElementSchema = element(
  {allowDoubleEscaping: no, allowHighBitCharacters: yes, unescapeQueryString: yes, removeServerHeader: no},
  {
    elements: {
      fileExtensions: allowList('fileExtension'),
      requestLimits,
      verbs: allowList('verb'),
      hiddenSegments: plainList('segment', {applyToWebDAV: yes}),
      denyUrlSequences: plainList('sequence'),
      alwaysAllowedUrls: plainList('url'),
      alwaysAllowedQueryStrings: plainList('queryString'),
      denyQueryStringSequences: plainList('sequence'),
      filteringRules: element({}, {collection: listOf('filteringRule', filteringRule)}),
    },
  },
);

export const ipSecurity: ElementSchema = element(
  {
    enableReverseDns: no,
    allowUnlisted: yes,
    enableProxyMode: no,
    denyAction: oneOf('Forbidden', 'AbortRequest', 'Unauthorized', 'NotFound'),
  },
  {
    collection: listOf('add', element({ipAddress: text, subnetMask: text, domainName: text, allowed: no}), [
      'ipAddress',
      'subnetMask',
      'domainName',
    ]),
  },
);
