import {escapeControl, escapeLine} from '../kit/escape-control.ts';
import {redact} from '../kit/redact.ts';
import type {Rehearsed} from '../operations/rehearse.ts';
import type {RehearsedFile} from '../rehearsal/verdict.ts';

const asked = (value: boolean | null, yes: string, no: string): string =>
  value === null ? 'not known' : value ? yes : no;

const safe = (text: string): string => escapeLine(redact(text));

const shownFile = ({file, diff}: RehearsedFile): readonly string[] => [
  '',
  `What really comes out, ${safe(file)}:`,
  ...escapeControl(diff)
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`),
];

/** What a rehearsal found, for a person: a verdict for each step, the way back, the diff that really comes out. */
export const rehearsalText = ({report, failed, capabilities}: Rehearsed): string => {
  const {steps, undo, files, untouched, form} = report;
  const allExact = steps.length > 0 && steps.every(({verdict}) => verdict === 'exact');
  return [
    ...(failed
      ? [
          "The plan's commands do not work on this server's appcmd as one command a section:",
          ...failed.steps
            .filter(({verdict}) => verdict === 'failed' || verdict === 'different')
            .map(({step, why}) => `  ${step}: ${safe(why)}`),
          'One edit a command works. From now on plans for this server are made so:',
        ]
      : []),
    steps.length === 0
      ? 'No step edits a configuration file: there is nothing to rehearse.'
      : `Rehearsed on copies by the server's own appcmd, ${form === 'together' ? 'one command a section' : 'one edit a command'}:`,
    ...steps.map(
      ({label, verdict, why}) => `  ${verdict.padEnd(13)} ${safe(label)}${why === '' ? '' : ` (${safe(why)})`}`,
    ),
    ...(steps.length === 0
      ? []
      : [`  ${undo.verdict.padEnd(13)} the way back${undo.why === '' ? '' : ` (${safe(undo.why)})`}`]),
    ...(allExact ? ['', 'What comes out is what the plan shows, byte for byte.'] : files.flatMap(shownFile)),
    '',
    `Untouched, by their hashes: ${untouched.length} files of the server.`,
    `This appcmd: several edits in one command ${asked(capabilities.editsSeeEarlierAdds, 'work', 'do not work')}, @start ${asked(capabilities.atStart, 'works', 'does not work')}, %uXXXX ${asked(capabilities.percentEscapes, 'stands for a character', 'stands for itself')}.`,
    ...(failed ? ['Plan again to have a plan in the form that works: stopgap plan ... -o FILE'] : []),
  ].join('\n');
};
