import {readFileSync} from 'node:fs';
import type {Session} from './session.ts';
import type {Ended} from './wine.ts';

export const stateFolder = 'C:\\ProgramData\\stopgap';

/** Runs the executable on its own server. */
export const stopgap = ({wine, exe}: Session, ...args: readonly string[]): Promise<Ended> =>
  wine.run(exe, [...args, '--no-color']);

/** The same where it has to succeed. */
export const succeeds = async (session: Session, ...args: readonly string[]): Promise<string> => {
  const {exitCode, stdout, stderr} = await stopgap(session, ...args);
  if (exitCode !== 0) throw new Error(`stopgap ${args.join(' ')}: exit code ${exitCode}\n${stdout}\n${stderr}`);
  return stdout;
};

export const planFile = 'C:\\plan.json';

/** Makes a plan in `planFile` and returns its text. */
export const makePlan = async (session: Session, ...ids: readonly string[]): Promise<string> => {
  await succeeds(session, 'plan', ...ids, '-o', planFile);
  return readFileSync(session.wine.hostPath(planFile), 'utf8');
};

export const journalOf = ({wine}: Session, run: string): string =>
  readFileSync(wine.hostPath(`${stateFolder}\\runs\\${run}\\journal.jsonl`), 'utf8');
