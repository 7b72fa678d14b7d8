import {escapeLine} from '../kit/escape-control.ts';
import {redact} from '../kit/redact.ts';
import type {ApplicationRules} from '../operations/rules.ts';
import type {ServerStatus, StatusWord} from '../operations/status.ts';
import {commandsFor} from '../operations/unrestored.ts';
import {csvText} from './csv.ts';
import {atHere} from './here.ts';
import {table} from './table.ts';

const troubling: ReadonlySet<StatusWord> = new Set([
  'Failed',
  'Broken',
  'Not effective',
  'Missing',
  'Drifted',
  'Obsolete',
  'Suspended',
  'Unknown source',
]);

/** Something that a run of ours left is not so any more, or is not needed any more. */
export const needsAttention = ({mitigations, unfinished, unrestored, broken}: ServerStatus): boolean =>
  unfinished !== null ||
  unrestored.length > 0 ||
  broken.length > 0 ||
  mitigations.some(({status}) => troubling.has(status));

/** Above the table, as Get-Mitigations writes it. */
export const warningText = (lines: readonly string[]): string =>
  lines.length === 0 ? '' : `${lines.map((line) => escapeLine(redact(line))).join('\n')}\n\n`;

/** @param here how the server was named, for the commands that are told to a person */
export const statusText = (status: ServerStatus, width: number, here = ''): string => {
  const rows = status.mitigations.map(({id, type, status: word, run, details}) => [
    id,
    type,
    word,
    run ?? '',
    details.join('; '),
  ]);
  const build =
    status.exchangeBuild === null
      ? 'no Exchange'
      : `Exchange ${status.exchangeBuild} (${status.buildSource ?? 'source unknown'})`;
  return [
    `${escapeLine(status.hostName)}, ${escapeLine(build)}`,
    '',
    table(['ID', 'Type', 'Status', 'Run', 'Details'], rows, width),
    '',
    ...status.broken.map(
      ({configPath, file, line, reason}) =>
        `! ${escapeLine(configPath)} answers 500.19: ${escapeLine(reason)} (${escapeLine(file)}:${line})`,
    ),
    ...(status.unfinished === null
      ? []
      : [`run ${status.unfinished} was interrupted: ${atHere('stopgap recover', here)}`]),
    ...status.unrestored.map(
      (run) =>
        `run ${run.run} failed and could not be taken back: ${commandsFor(run)
          .map((command) => atHere(command, here))
          .join(', ')}`,
    ),
    ...status.pendingConfirms.map(({run, deadline, expired}) =>
      expired
        ? `run ${run} was not confirmed by ${deadline}: expired, not rolled back`
        : `run ${run} waits for its confirm until ${deadline}: ${atHere(`stopgap confirm ${run}`, here)}`,
    ),
    ...expiryText(status),
    ...status.leftovers.map(
      ({name, by, mitigation, file, line}) =>
        `${mitigation === null ? 'unknown, looks like a mitigation' : `foreign, ${mitigation} by ${escapeLine(by)}`}: "${escapeLine(name)}" (${escapeLine(file)}:${line})`,
    ),
    ...summary(status),
    '',
  ].join('\n');
};

const actors: Readonly<Record<NonNullable<ServerStatus['lastExpired']>['actor'], string>> = {
  'waiting-process': 'the waiting process',
  watchdog: 'the watchdog',
  agent: 'the agent',
  'startup-task': 'the task at start-up',
  'next-command': 'the next command',
};

const expiryText = ({lastExpired}: ServerStatus): readonly string[] => {
  if (lastExpired === null) return [];
  const {run, deadline, actor, takenBackBy, failed} = lastExpired;
  const why = `run ${run} was not confirmed by ${deadline}`;
  if (takenBackBy === run) return [`${why}: ${actors[actor]} took it back`];
  if (takenBackBy !== null) return [`${why}: ${actors[actor]} took it back with run ${takenBackBy}`];
  return [`${why}, and ${actors[actor]} could not take it back${failed === null ? '' : `: ${escapeLine(failed)}`}`];
};

const summary = ({mitigations}: ServerStatus): readonly string[] => {
  const count = (word: StatusWord): number => mitigations.filter(({status}) => status === word).length;
  const words: readonly StatusWord[] = [
    'Active',
    'Applied',
    'Broken',
    'Not effective',
    'Foreign',
    'Missing',
    'Drifted',
    'Suspended',
    'Obsolete',
    'Unknown source',
    'Published',
    'Awaiting approval',
    'Pending window',
    'Blocked',
    'Failed',
    'Not applied',
  ];
  const parts = words.filter((word) => count(word) > 0).map((word) => `${count(word)} ${word.toLowerCase()}`);
  return parts.length === 0 ? [] : [parts.join(', ')];
};

/** The columns of Get-Mitigations, and ours behind them. */
export const statusCsv = ({hostName, mitigations}: ServerStatus): string =>
  csvText([
    ['Server', 'ID', 'Type', 'Description', 'Status', 'Run', 'Since', 'Details'],
    ...mitigations.map(({id, type, description, status, run, since, details}) => [
      hostName,
      id,
      type,
      description,
      status,
      run ?? '',
      since ?? '',
      details.join('; '),
    ]),
  ]);

export const rulesText = (applications: readonly ApplicationRules[], width: number): string =>
  applications
    .map(({application, rules, faults}) =>
      [
        escapeLine(application),
        ...faults.map(({file, line, reason}) => `  ! 500.19 ${escapeLine(`${reason} (${file}:${line})`)}`),
        ...(rules.length === 0 ? ['  (no rewrite rules)'] : [indented(rules, width)]),
      ].join('\n'),
    )
    .concat('')
    .join('\n');

const indented = (rules: ApplicationRules['rules'], width: number): string =>
  table(
    ['  Section', 'Rule', 'Action', 'From'],
    rules.map(({collection, name, enabled, action, file, line}) => [
      `  ${collection}`,
      enabled ? name : `${name} (disabled)`,
      action,
      `${file}:${line}`,
    ]),
    width,
  );
