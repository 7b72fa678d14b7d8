import type {Capabilities} from '../../rehearsal/capabilities.ts';
import type {SimulatedBehaviour} from '../../server/server-json.ts';
import type {ProbeAnswers, ProbeStep} from './answers.ts';
import {inWords} from './in-words.ts';

/** What a machine's answers mean to stopgap. What was not asked or came out unclear is `null` and stays as it was. */
export interface Learnt {
  /** The appcmd that it holds for, as a rehearsal names it. */
  readonly appcmdVersion: string;
  /** What plans and predictions turn on. */
  readonly capabilities: Capabilities;
  /** The same for a simulated server that is to behave like that machine ("behaviour" of its server.json). */
  readonly behaviour: Readonly<Partial<SimulatedBehaviour>>;
  /** One line for each question, for a person. */
  readonly answers: readonly {readonly question: number; readonly says: string}[];
}

const text = (bytes: string | null | undefined): string =>
  bytes == null ? '' : Buffer.from(bytes, 'base64').toString('utf8');

/** The steps by name; a step that is missing has failed and left nothing. */
type Steps = (name: string) => Pick<ProbeStep, 'exitCode' | 'output' | 'webConfig'> | undefined;

const worked = (steps: Steps, name: string): boolean => steps(name)?.exitCode === 0;

/** What a rule of that name came out as in web.config, or `null` where the command failed or was not run. */
const wrote = (steps: Steps, name: string, rule: string): boolean | null =>
  worked(steps, name) ? text(steps(name)?.webConfig).includes(`name="${rule}"`) : null;

// Question 7 adds the plainest rule. Where that fails there is no URL Rewrite, and nothing follows from the others.
const editsSeeEarlierAdds = (steps: Steps): boolean | null => {
  const step = steps('3.together');
  if (step === undefined || !worked(steps, '7.add')) return null;
  return step.exitCode === 0 && text(step.webConfig).includes('url="^probe3$"');
};

const atStart = (steps: Steps): boolean | null => {
  const step = steps('2.start');
  if (step === undefined || !worked(steps, '7.add')) return null;
  const config = text(step.webConfig);
  const [first, other] = ['name="probe 2"', 'name="probe 3"'].map((rule) => config.indexOf(rule));
  if (step.exitCode !== 0) return false;
  // Without another rule to stand in front of there is nothing to be seen.
  return first === undefined || other === undefined || first < 0 || other < 0 ? null : first < other;
};

const percentEscapes = (steps: Steps): boolean | null => wrote(steps, '4.percent', 'probe 4 A');

const emptyParents = (steps: Steps): 'remove' | 'leave' | null => {
  if (!worked(steps, '7.add') || !worked(steps, '7.remove')) return null;
  return text(steps('7.remove')?.webConfig).includes('<rewrite') ? 'leave' : 'remove';
};

/** The probe's own tag, written as no writer writes it. */
const untouched = "<directoryBrowse  enabled='false'/>";

const reserialise = (steps: Steps): boolean | null =>
  worked(steps, '7.add') ? !text(steps('7.add')?.webConfig).includes(untouched) : null;

const listMissing = (steps: Steps): 1 | 1168 | null => {
  const code = steps('8.missing')?.exitCode;
  return code === 1 || code === 1168 ? code : null;
};

export const learn = (answers: ProbeAnswers): Learnt => {
  const byName = new Map(answers.steps.map((step) => [step.name, step]));
  const steps: Steps = (name) => byName.get(name);
  const [seesAdds, escapes, parents] = [editsSeeEarlierAdds(steps), percentEscapes(steps), emptyParents(steps)];
  const [wholeFile, missing] = [reserialise(steps), listMissing(steps)];
  return {
    appcmdVersion: `appcmd ${answers.appcmd}`,
    capabilities: {
      editsSeeEarlierAdds: seesAdds,
      atStart: atStart(steps),
      percentEscapes: escapes,
      emptyParents: parents,
    },
    behaviour: {
      ...(seesAdds !== null && {editsSeeEarlierAdds: seesAdds}),
      ...(escapes !== null && {percentEscapes: escapes}),
      ...(parents !== null && {emptyParents: parents}),
      ...(wholeFile !== null && {reserialise: wholeFile}),
      ...(missing !== null && {listMissing: missing}),
    },
    answers: inWords(answers),
  };
};
