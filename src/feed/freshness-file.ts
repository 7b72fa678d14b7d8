import {mkdir, readFile, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import * as z from 'zod';
import {canonicalJson} from '../kit/canonical-json.ts';
import {writeDurably} from '../kit/durable-file.ts';
import {sha256} from '../kit/hash.ts';
import {Refusal} from '../kit/refusal.ts';
import {isMissing} from '../kit/system-error.ts';

/*
 * What was accepted before, `<state>/freshness.json`. Without it an old feed could be played again, so a file that is
 * there but cannot be read stops everything; only a person resets it.
 */

const digest = z.string().regex(/^[0-9a-f]{64}$/);

const accepted = z.strictObject({
  /** SHA-256 of the signed bytes. */
  digest,
  documentDigest: digest,
  /** SHA-256 of the certificate that signed; missing in entries of before it was kept. */
  signerCertificate: digest.optional(),
  version: z.string(),
  serial: z.number().int().min(0).nullable(),
  /** When this content was first accepted from this certificate. */
  acceptedAt: z.iso.datetime(),
});

/** The last time that a feed was had and accepted, be it the one that was known. */
const fetched = z.strictObject({at: z.iso.datetime(), source: z.string()});

const memory = z.strictObject({
  /** Oldest first. */
  accepted: z.array(accepted),
  lastFetch: fetched.optional(),
});

const body = z.strictObject({
  formatVersion: z.literal(1),
  /** By trust profile. */
  profiles: z.record(z.string(), memory),
});
const file = z.strictObject({body, sha256: digest});

export type AcceptedEntry = z.output<typeof accepted>;
export type LastFetch = z.output<typeof fetched>;
export type FeedMemory = z.output<typeof memory>;
export type Freshness = z.output<typeof body>['profiles'];

const longestHistory = 200;

export const freshnessPath = (stateDir: string): string => join(stateDir, 'freshness.json');

const unreadable = (path: string, reason: string, cause?: unknown): Refusal =>
  new Refusal('FEED.FRESHNESS_UNREADABLE', `${path} ${reason}, so an old feed could not be told from a new one.`, {
    where: {file: path},
    cause,
    next: [{label: 'Find out who changed it; then start over', command: 'stopgap feed reset-freshness'}],
  });

/** Empty before the first feed. @throws Refusal FEED.FRESHNESS_UNREADABLE */
export const readFreshness = async (stateDir: string): Promise<Freshness> => {
  const path = freshnessPath(stateDir);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return {};
    throw unreadable(path, 'cannot be read', error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(path, 'is not JSON', error);
  }
  const checked = file.safeParse(value);
  if (!checked.success) throw unreadable(path, 'has another form than it should');
  if (sha256(canonicalJson(checked.data.body)) !== checked.data.sha256)
    throw unreadable(path, 'was changed by hand or damaged');
  return checked.data.body.profiles;
};

const isSameAnswer = (one: AcceptedEntry, other: AcceptedEntry): boolean =>
  one.digest === other.digest && one.signerCertificate === other.signerCertificate;

/** A known answer keeps the moment at which it was first accepted: who serves it for ever must not look new. */
const withEntry = (before: readonly AcceptedEntry[], entry: AcceptedEntry): readonly AcceptedEntry[] => {
  const known = before.find((each) => isSameAnswer(each, entry));
  const rest = known && before.at(-1) === known ? before.slice(0, -1) : before;
  return [...rest, {...entry, acceptedAt: known?.acceptedAt ?? entry.acceptedAt}];
};

const latestOf = (before: LastFetch | undefined, fetch: LastFetch): LastFetch =>
  before && before.at > fetch.at ? before : fetch;

/** The state after a feed was accepted once more or anew. */
export const withAccepted = (
  freshness: Freshness,
  profile: string,
  {entry, fetch}: {readonly entry: AcceptedEntry; readonly fetch: LastFetch},
): Freshness => {
  const before = Object.hasOwn(freshness, profile) ? freshness[profile] : undefined;
  const list = withEntry(before?.accepted ?? [], entry).slice(-longestHistory);
  return {...freshness, [profile]: {accepted: [...list], lastFetch: latestOf(before?.lastFetch, fetch)}};
};

export const writeFreshness = async (stateDir: string, profiles: Freshness): Promise<void> => {
  const content = {formatVersion: 1 as const, profiles};
  const path = freshnessPath(stateDir);
  await mkdir(dirname(path), {recursive: true, mode: 0o700});
  await writeDurably(path, canonicalJson({body: content, sha256: sha256(canonicalJson(content))}));
};

/** The feed that was had last, of any profile. */
export const latestAccepted = (freshness: Freshness): (AcceptedEntry & {readonly profile: string}) | undefined =>
  Object.entries(freshness)
    .flatMap(([profile, {accepted: list, lastFetch}]) =>
      list.slice(-1).map((entry) => ({...entry, profile, had: lastFetch?.at ?? entry.acceptedAt})),
    )
    .toSorted((a, b) => a.had.localeCompare(b.had))
    .map(({had: _, ...entry}) => entry)
    .at(-1);

/** Forgets one profile, or all. Returns what was forgotten. */
export const resetFreshness = async (stateDir: string, profile: string | undefined): Promise<readonly string[]> => {
  if (profile === undefined) {
    await rm(freshnessPath(stateDir), {force: true});
    return [];
  }
  const freshness = await readFreshness(stateDir);
  if (!Object.hasOwn(freshness, profile)) return [];
  await writeFreshness(stateDir, Object.fromEntries(Object.entries(freshness).filter(([name]) => name !== profile)));
  return [profile];
};
