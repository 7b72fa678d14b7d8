import * as z from 'zod';
import {type Build, compareBuilds, parseBuild, productOf, sameLane} from './builds.ts';

/*
 * A catalogue file as it is written, in the words of the feed. The schema checks a feed's content too, so that both
 * doors let the same things in. It becomes plans/schema/mitigation.schema.json: the descriptions are what editors show.
 */

const unwritable = 'must not hold characters that XML cannot carry';
const sentence = z
  .string()
  .regex(/\S/, 'must not be empty')
  .regex(/^(?:[\t\n\r]|[^\p{Cc}\p{Cs}\uFFFE\uFFFF])*$/u, unwritable);
const oneLine = z.string().regex(/^[^\p{Cc}\p{Cs}\uFFFE\uFFFF]*$/u, unwritable);
const sentences = z.array(sentence).default([]);

const build = z.string().regex(/^15\.\d{1,2}\.\d{1,5}\.\d{1,5}$/, 'must be a build such as 15.2.1118.7');
const lane = z
  .strictObject({
    product: z.enum(['Exchange2013', 'Exchange2016', 'Exchange2019', 'ExchangeSE']),
    cu: z
      .string()
      .regex(/^[A-Za-z0-9]{1,16}$/, 'must be a name such as CU12')
      .describe('The cumulative update: CU12, RTM'),
    from: build.describe('The first affected build of this cumulative update'),
    fixedIn: build.optional().describe('The first build with the fix; absent: this cumulative update never got one'),
    removableFrom: build
      .optional()
      .describe('The first build on which the vendor says to take the mitigation away; absent: the same as fixedIn'),
  })
  .superRefine((value, context) => {
    const fault = laneFault(value);
    if (fault) context.addIssue({code: 'custom', ...fault});
  });

interface LaneInput {
  readonly product: string;
  readonly from: string;
  readonly fixedIn?: string | undefined;
  readonly removableFrom?: string | undefined;
}

const laneFault = (value: LaneInput): {path: string[]; message: string} | undefined => {
  const from = parseBuild(value.from);
  if (!from || productOf(from) !== value.product) return {path: ['from'], message: `is no build of ${value.product}`};
  let earlier: Build = from;
  for (const name of ['fixedIn', 'removableFrom'] as const) {
    const text = value[name];
    const later = text === undefined ? undefined : parseBuild(text);
    if (!later) continue;
    if (!sameLane(from, later)) return {path: [name], message: `is of another update line than ${value.from}`};
    if (compareBuilds(later, earlier) < 0) return {path: [name], message: 'is older than the build before it'};
    earlier = later;
  }
  if (value.removableFrom !== undefined && value.fixedIn === undefined) {
    return {path: ['removableFrom'], message: 'needs fixedIn beside it'};
  }
  return undefined;
};

/** What IIS allows in the name of an application pool. */
const poolName = oneLine.regex(/^[^|<>&"/\\[\]+=;:,?*@]{1,64}$/, 'is no name of an application pool');
const serviceName = z.string().regex(/^[A-Za-z0-9_.$][A-Za-z0-9_.$ -]{0,255}$/, 'is no name of a service');
const imageName = z.string().regex(/^[A-Za-z0-9_.$][A-Za-z0-9_.$ -]*\.exe$/i, 'must be a file name such as Worker.exe');
const configurationPath = oneLine
  .regex(/^[^/\\?%*:|"<>]+(?:\/[^/\\?%*:|"<>]+)*$/, 'must be a path such as "Default Web Site/owa"')
  .refine((path) => path.split('/').every((part) => part === part.trim() && !/^\.+$/.test(part)), {
    error: 'must be a path such as "Default Web Site/owa"',
  });

const monitoring = z
  .strictObject({
    services: z
      .array(serviceName)
      .min(1)
      .describe('In the order in which they stop: whoever restarts another comes first'),
    workers: z.array(imageName).default([]).describe('Processes that must be gone before anything else is stopped'),
  })
  .describe('Managed Availability, which would start again what is stopped here');

const description = sentence.optional();
const rewriteAction = z
  .strictObject({
    type: z.literal('UrlRewrite'),
    scope: z.enum(['Server', 'Site', 'VDir']),
    target: configurationPath.optional().describe('Site or site/application; absent for the scope Server'),
    description,
    value: z.string().min(1).describe("IIS's own XML: <rewrite> with the rules to add"),
  })
  .superRefine(({scope, target}, context) => {
    const depth = target === undefined ? 0 : target.split('/').length;
    const fits = {Server: depth === 0, Site: depth === 1, VDir: depth > 1}[scope];
    if (!fits) context.addIssue({code: 'custom', path: ['target'], message: `does not fit the scope ${scope}`});
  });

const action = z.discriminatedUnion('type', [
  rewriteAction,
  z.strictObject({
    type: z.literal('Service'),
    description,
    service: serviceName,
    monitoring: monitoring.optional(),
  }),
  z.strictObject({type: z.literal('AppPool'), description, pool: poolName, monitoring: monitoring.optional()}),
  z.strictObject({type: z.literal('DoNothing'), description}),
]);

const probe = z.strictObject({
  method: z.string().regex(/^[A-Z]{1,20}$/, 'must be a method such as GET'),
  url: z.string().regex(/^\/[\u0021-\u007E]*$/, 'must be a path with query as it is sent, such as /owa/?layout=light'),
  headers: z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is no header name'), oneLine).default({}),
  why: sentence.describe('Which attack, or which ordinary use'),
});

export const catalogueFile = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be an id such as M1')
      .describe('The id of the mitigation: M1, CVE-2021-26855'),
    description: sentence,
    cve: z.array(z.string().regex(/^CVE-\d{4}-\d{4,}$/, 'must be an id such as CVE-2022-41040')).default([]),
    appliesTo: z
      .array(lane)
      .default([])
      .describe('One entry per cumulative update with its own fix; absent: every build'),
    actions: z.array(action).min(1),
    sideEffects: sentences.describe('What is known to break or misbehave while it is on'),
    reach: sentences.describe('Whom it reaches beyond the obvious'),
    losses: sentences.describe('What a person loses while it is on'),
    rollback: sentence.optional().describe('What to know when it is taken away'),
    alternative: sentence.optional().describe('A narrower way to the same end'),
    sources: sentences.describe('Names of the public pages that this is known from'),
    probes: z
      .strictObject({blocked: z.array(probe).default([]), passed: z.array(probe).default([])})
      .prefault({})
      .describe('Requests that must be stopped, and requests that must go on working'),
  })
  .superRefine(({appliesTo}, context) => {
    const seen = new Set<string>();
    for (const [index, {from}] of appliesTo.entries()) {
      const key = from.split('.').slice(0, 3).map(Number).join('.');
      if (seen.has(key)) context.addIssue({code: 'custom', path: ['appliesTo', index], message: 'stands twice'});
      seen.add(key);
    }
  });

export type CatalogueFile = z.output<typeof catalogueFile>;
export type CatalogueFileInput = z.input<typeof catalogueFile>;
