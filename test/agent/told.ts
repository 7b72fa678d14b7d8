import {wordingOf} from '../../src/agent/report/wording.ts';
import {readSettingsChanges} from '../../src/journal/settings-ledger.ts';
import {knownMitigations} from '../../src/operations/known-mitigations.ts';
import {readOutlook} from '../../src/operations/outlook.ts';
import {readState} from '../../src/operations/state.ts';
import {statusOf} from '../../src/operations/status.ts';
import type {Day} from './day.ts';

/*
 * A day as text: what was said, what the journals hold, how it stands. Digests come from keys that live as long as a test:
 * each is told by the order in which it came up.
 */

const digests = (text: string): string => {
  const known: string[] = [];
  return text.replace(/\b[0-9a-f]{64}\b|\b[0-9a-f]{12}\b/g, (digest) => {
    const at = known.findIndex((one) => one.startsWith(digest) || digest.startsWith(one));
    if (at >= 0) return `#${at + 1}`;
    known.push(digest);
    return `#${known.length}`;
  });
};

const plain = (text: string, {lab, publisher}: Day): string =>
  digests(text.replaceAll(lab.dir, 'SERVER').replaceAll(new URL(publisher.address).host, 'localhost'));

const seconds = (iso: string): string => iso.slice(0, 19).replace('T', ' ');

/** Everything that was said, but for the beat of every hour in which nothing was. */
export const occurrencesOf = (day: Day): string =>
  plain(
    day.occurrences
      .filter(({what}) => what.is !== 'check-finished')
      .map(({at, what}) => `${seconds(at)}  ${what.is.padEnd(20)} ${wordingOf(what)}\n`)
      .join(''),
    day,
  );

export const journalOf = async (day: Day): Promise<string> => {
  const {runs} = await readState(day.lab.stateDir);
  const lines = runs.flatMap(({runId, lines: own}) =>
    own.flatMap((line): readonly string[] => {
      const at = `${seconds(line.at)}  ${runId}  ${line.type.padEnd(18)}`;
      switch (line.type) {
        case 'run.started':
          return [
            `${at} ${line.kind} of ${line.plan.body.mitigations.map(({id, status}) => `${id} (${status})`).join(', ')}, by ${line.by}: ${line.reason}`,
          ];
        case 'step.done':
        case 'step.failed':
        case 'step.undone':
        case 'step.skipped':
          return [`${at} ${line.step}`];
        case 'run.finished':
          return [`${at} ${line.outcome}`];
        case 'confirm.pending':
          return [`${at} until ${seconds(line.deadline)}`];
        case 'confirm.given':
        case 'confirm.expired':
          return [`${at} by ${line.by}`];
        default:
          return [];
      }
    }),
  );
  const changes = (await readSettingsChanges(day.lab.stateDir)).map(
    ({at, what, key, before, after, by, reason}) =>
      `${seconds(at)}  --  settings.changed   ${what} ${key}: ${before} → ${after}, by ${by}: ${reason}`,
  );
  return plain([...lines, ...changes].map((line) => `${line}\n`).join(''), day);
};

export const statusTextOf = async (day: Day): Promise<string> => {
  const {stateDir, dir} = day.lab;
  const known = await readState(stateDir);
  const context = {stateDir, cwd: dir, now: day.now(), profiles: ['acme'], env: {}};
  const mitigations = await knownMitigations(known, context);
  const outlook = await readOutlook(stateDir, {known, mitigations});
  const status = await statusOf(day.server, {known, mitigations, now: day.now(), outlook});
  const rows = status.mitigations
    .filter(({id}) => !id.startsWith('CVE-'))
    .map(({id, status: word, run, details}) =>
      [`${id.padEnd(6)} ${word.padEnd(18)} ${run ?? '-'}`, ...details.map((one) => `       ${one}`)].join('\n'),
    );
  const confirms = status.pendingConfirms.map(
    ({run, deadline}) => `${run} waits for its confirm until ${seconds(deadline)}`,
  );
  return plain(`Exchange ${status.exchangeBuild}\n${[...rows, ...confirms].join('\n')}\n`, day);
};
