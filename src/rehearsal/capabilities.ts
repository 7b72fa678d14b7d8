import {readFile} from 'node:fs/promises';
import * as z from 'zod';
import {canonicalJson} from '../kit/canonical-json.ts';
import {writeDurably} from '../kit/durable-file.ts';
import {capabilitiesFile} from './capabilities-file.ts';

/*
 * What the documentation of appcmd leaves open, as it was found on copies: remembered under the version of appcmd, for
 * another one may behave differently.
 */

export const capabilities = z.strictObject({
  /** Does a selection see what an earlier edit of the same command has added? */
  editsSeeEarlierAdds: z.boolean().nullable(),
  /** Does `@start` put an element in front of the others? */
  atStart: z.boolean().nullable(),
  /** Does `%uXXXX` in an argument stand for a character? */
  percentEscapes: z.boolean().nullable(),
  /** Are parents that the removal of their last element leaves empty removed too, or left? No rehearsal asks for it. */
  emptyParents: z.enum(['remove', 'leave']).nullable().default(null),
});

export type Capabilities = z.output<typeof capabilities>;

export const unknownCapabilities: Capabilities = {
  editsSeeEarlierAdds: null,
  atStart: null,
  percentEscapes: null,
  emptyParents: null,
};

const file = z.record(z.string(), capabilities);

const readAll = async (stateDir: string): Promise<Readonly<Record<string, Capabilities>>> => {
  try {
    const parsed = file.safeParse(JSON.parse(await readFile(capabilitiesFile(stateDir), 'utf8')));
    return parsed.success ? parsed.data : {};
  } catch {
    // Nothing is remembered, or nothing that can be read: it is found out again.
    return {};
  }
};

export const rememberedCapabilities = async (stateDir: string, version: string): Promise<Capabilities> =>
  (await readAll(stateDir))[version] ?? unknownCapabilities;

/** The state folder must be there. */
export const rememberCapabilities = async (stateDir: string, version: string, found: Capabilities): Promise<void> => {
  const all = await readAll(stateDir);
  await writeDurably(capabilitiesFile(stateDir), canonicalJson({...all, [version]: found}));
};
