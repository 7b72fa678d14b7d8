import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import {type Examination, examineServer} from '../../src/operations/doctor/examination.ts';
import type {PatientOptions} from '../../src/operations/doctor/patient.ts';
import {openSandboxReader} from '../../src/server/sandbox/reader.ts';
import {fixture, type LabOptions, makeLab} from '../support/lab.ts';

/* Simulated servers, looked at as `stopgap doctor` does. */

export interface Case {
  readonly dir: string;
  readonly stateDir: string;
  examine(options?: Partial<PatientOptions>): Promise<Examination>;
}

export const optionsOf = (stateDir: string): Omit<PatientOptions, 'reader'> => ({
  stateDir,
  cwd: stateDir,
  network: {env: {}},
  now: () => new Date(),
  offline: true,
  deadlineMs: 2000,
});

/** The programs are called in this process: a table of servers starts many. */
export const makeCase = async (
  name: string,
  describe?: LabOptions['describe'],
  {processes = false}: {readonly processes?: boolean} = {},
): Promise<Case> => {
  const {dir, stateDir} = await makeLab(fixture(name), describe ? {describe} : {});
  return {
    dir,
    stateDir,
    examine: async (options) =>
      examineServer({
        ...optionsOf(stateDir),
        reader: await openSandboxReader(dir, {inProcess: !processes}),
        ...options,
      }),
  };
};

export const closedFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'stopgap-doctor-'));
  onTestFinished(() => rm(folder, {recursive: true, force: true}));
  return folder;
};

/** One line for each check that is not good, `bad url-rewrite`. */
export const findingsOf = ({checks}: Examination): readonly string[] =>
  checks.filter(({verdict}) => verdict !== 'good').map(({verdict, id}) => `${verdict} ${id}`);

export const checkOf = ({checks}: Examination, id: string) => {
  const check = checks.find((one) => one.id === id);
  if (!check) throw new Error(`no check ${id}`);
  return check;
};
