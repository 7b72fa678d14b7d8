import {escapeLine} from '../../kit/escape-control.ts';
import {redact} from '../../kit/redact.ts';
import {unreachable} from '../../kit/unreachable.ts';
import {waitingText} from '../../operations/agent/waiting-text.ts';
import {heldUntil} from '../../operations/unrestored.ts';
import type {Happening, Waiting} from '../happening.ts';

/*
 * The one sentence of each happening: event log, files and messages all say it alike, so that what is found in one can be
 * searched for in the others.
 */

const causes = {
  schedule: 'it was due',
  asked: 'somebody asked for it',
  missed: 'one was missed',
  window: 'a change window has opened',
} as const;

const sentence = (what: Happening): string => {
  switch (what.is) {
    case 'started': {
      const crash = ' The agent before it ended without saying so; what it left open is put in order first.';
      const first = `The agent of stopgap ${what.version} has started in mode ${what.mode}. Its first check is at ${what.firstCheck}.`;
      return what.afterCrash ? `${first}${crash}` : first;
    }
    case 'stopped':
      return `The agent has stopped: ${what.reason}.`;
    case 'check-started':
      return `A check has begun: ${causes[what.cause]}.`;
    case 'check-finished':
      return `The check has ended after ${(what.durationMs / 1000).toFixed(1)} s. ${what.nextCheck === null ? 'No agent runs that would make the next one.' : `The next one is at ${what.nextCheck}.`}`;
    case 'feed-accepted':
      return `The feed of ${what.source} is proven and accepted: version ${what.version}, SHA-256 ${what.digest.slice(0, 12)}, ${
        what.fresh ? 'new contents' : 'contents as before'
      }, ${what.ids.length === 0 ? 'no mitigation' : what.ids.join(', ')}.`;
    case 'feed-failed':
      // Most reasons name the address themselves.
      return `${what.message.includes(what.source) ? 'The feed' : `The feed of ${what.source}`} was not accepted (${what.code}): ${dotted(what.message)} ${failures(what)} What is applied stays as it is.`;
    case 'feed-stale':
      return what.because === 'no-fetch'
        ? `No feed could be fetched since ${what.since}: new mitigations do not reach this server.`
        : `The feed has given the same answer since ${what.since}: it may be held back on its way here.`;
    case 'mitigation-published':
      return `Mitigation ${what.id} has been published: ${dotted(what.description)} ${
        what.catalogue
          ? 'The catalogue of this server has a plan for it.'
          : 'The catalogue of this server does not know it: read what its publisher says, and decide.'
      }`;
    case 'plan-waiting':
      return `Plan ${what.planId.slice(0, 12)} (${what.ids.join(', ')}) is ready: ${what.file}. It waits ${waitingText(what.waiting)}.`;
    case 'blocked':
      return `Mitigation ${what.id} is blocked by ${what.by} of mitigationsBlocked: it is not applied. What is on the server already stays there.`;
    case 'applied':
      return `${what.ids.join(', ')} applied and read back by run ${what.run} (plan ${what.planId.slice(0, 12)}).`;
    case 'failed':
      if (what.ids.length === 0) {
        return `A check of this server broke off (${what.code}): ${dotted(what.message)} The next one tries again.`;
      }
      return `${what.ids.join(', ')} could not be applied (${what.code}): ${dotted(what.message)} ${aftermath(what)}`;
    case 'rolled-back':
      return `Run ${what.run} was taken back by run ${what.by}: ${dotted(what.reason)}`;
    case 'obsolete':
      return `Mitigation ${what.id} is not needed any more on build ${what.build}: ${dotted(what.reason)} It stays until a person takes it back.`;
    case 'drifted':
      return `Mitigation ${what.id} is not as its run left it (${what.status}): ${dotted(what.reason)}`;
    case 'trust-ending':
      return `${what.what} ends at ${what.ends}.${what.blindFrom === null ? '' : ` From ${what.blindFrom} on no new feed can be proven here.`}`;
    case 'two-writers':
      return `Mitigation ${what.id} has two writers, this agent and the EM service of Exchange (${what.evidence}): the agent only looks.`;
    case 'settings-trouble':
      return `Settings cannot be used (${what.code}): ${dotted(what.message)} ${
        what.using === 'copy' ? 'The copy that was read last counts.' : 'Until they can, the agent only observes.'
      }`;
    case 'unfinished':
      if (what.ids.length > 0) {
        return `Run ${what.run} failed and could not be taken back: ${dotted(what.message)} ${heldUntil(what)}`;
      }
      return what.recovered
        ? `Run ${what.run} had been interrupted and has been put in order: ${dotted(what.message)}`
        : `Run ${what.run} was interrupted and could not be put in order: ${dotted(what.message)} A person has to, by: stopgap recover`;
    default:
      return unreachable(what);
  }
};

const dotted = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const failures = ({inARow, lastSuccess}: Extract<Happening, {is: 'feed-failed'}>): string =>
  `${inARow === 1 ? 'This check failed' : `${inARow} checks in a row have failed`}; ${
    lastSuccess === null ? 'none has worked so far' : `the last one that worked was at ${lastSuccess}`
  }.`;

const aftermath = ({run, mustDo}: Extract<Happening, {is: 'failed'}>): string => {
  if (mustDo.length > 0) return `A person has to act: ${mustDo.map(dotted).join(' ')}`;
  return run === null ? 'Nothing was begun.' : `All is as it was before run ${run}.`;
};

/** One line: what comes from feeds, files and programs can neither break it nor show a secret. */
export const wordingOf = (what: Happening): string => escapeLine(redact(sentence(what)));

/** Whether it goes on by itself sooner or later. */
const needsPerson = (waiting: Waiting): boolean =>
  !(waiting.for === 'confirm' || waiting.for === 'server' || (waiting.for === 'window' && waiting.opens !== null));

export type Severity = 'information' | 'warning' | 'error';

/** `error`: something did not work and a person is needed, or will be if it lasts. */
export const severityOf = (what: Happening): Severity => {
  switch (what.is) {
    case 'feed-failed':
    case 'failed':
      return 'error';
    case 'drifted':
      return what.status === 'Broken' ? 'error' : 'warning';
    case 'unfinished':
      return what.recovered ? 'warning' : 'error';
    case 'settings-trouble':
      return what.using === 'copy' ? 'warning' : 'error';
    case 'mitigation-published':
      return what.catalogue ? 'information' : 'warning';
    case 'started':
      return what.afterCrash ? 'warning' : 'information';
    case 'feed-stale':
    case 'rolled-back':
    case 'obsolete':
    case 'trust-ending':
    case 'two-writers':
      return 'warning';
    case 'plan-waiting':
      return needsPerson(what.waiting) ? 'warning' : 'information';
    case 'stopped':
    case 'check-started':
    case 'check-finished':
    case 'feed-accepted':
    case 'blocked':
    case 'applied':
      return 'information';
    default:
      return unreachable(what);
  }
};
