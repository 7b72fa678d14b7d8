import {escapeControl, escapeLine} from '../../../kit/escape-control.ts';
import {redact} from '../../../kit/redact.ts';
import {version} from '../../../kit/version.ts';
import {commandsFor} from '../../../operations/unrestored.ts';
import type {Happening, Occurrence} from '../../happening.ts';
import {wordingOf} from '../wording.ts';

/* The words of a message: what happened, on which server, what was not touched, what to do next, and the preview. */

const list = (ids: readonly string[]): string => ids.join(', ');

/** Short, and the same for the same thing, so that a mailbox can sort by it. */
const about = (what: Happening): string => {
  switch (what.is) {
    case 'mitigation-published':
      return what.catalogue ? `${what.id} published` : `${what.id} published, and not in the catalogue`;
    case 'plan-waiting':
      return `${list(what.ids)}: plan waits ${what.waiting.for === 'person' ? 'for you' : `for ${short[what.waiting.for]}`}`;
    case 'applied':
      return `${list(what.ids)} applied (${what.run})`;
    case 'failed':
      if (what.ids.length === 0) return 'a check broke off';
      return what.mustDo.length > 0 ? `${list(what.ids)} failed: ACT NOW` : `${list(what.ids)} failed`;
    case 'rolled-back':
      return `${what.run} rolled back`;
    case 'obsolete':
      return `${what.id} not needed any more`;
    case 'drifted':
      return `${what.id} ${what.status.toLowerCase()}`;
    case 'unfinished':
      if (what.ids.length > 0) return `${what.run} not taken back: ACT NOW`;
      return what.recovered ? `${what.run} recovered` : `${what.run} interrupted: ACT NOW`;
    case 'two-writers':
      return `${what.id}: EM service runs beside the agent`;
    case 'settings-trouble':
      return 'settings cannot be used';
    case 'feed-stale':
      return what.because === 'no-fetch' ? 'no feed for too long' : 'feed has not changed for long';
    case 'trust-ending':
      return `trust ends ${what.ends.slice(0, 10)}`;
    default:
      return what.is;
  }
};

const short = {
  approval: 'approval',
  confirm: 'a confirm',
  window: 'its window',
  enabled: 'MitigationsEnabled',
  'one-writer': 'the EM service to stop',
  server: 'the server',
  order: 'a run to be put in order',
} as const;

export const subjectOf = (host: string, what: Happening): string =>
  escapeLine(redact(`[stopgap ${host}] ${about(what)}`)).slice(0, 200);

/** What a person can do, as commands to be typed on that server. */
const nextSteps = (what: Happening): readonly string[] => {
  switch (what.is) {
    case 'mitigation-published':
      return what.catalogue
        ? [`stopgap plan ${what.id} -o plan.json`, 'stopgap apply plan.json']
        : ['stopgap feed fetch', 'stopgap status'];
    case 'plan-waiting':
      if (what.waiting.for === 'order') return ['stopgap status', `stopgap log ${what.waiting.run}`];
      return [
        `stopgap show "${what.file}"`,
        ...(what.waiting.for === 'approval' ? [`stopgap approve "${what.file}" --reason "..."`] : []),
        `stopgap apply "${what.file}"`,
        ...what.ids.map((id) => `stopgap block ${id} --reason "..."`),
      ];
    case 'applied':
      return ['stopgap status', `stopgap rollback ${what.run}`];
    case 'failed':
      return what.run === null ? ['stopgap status'] : ['stopgap status', `stopgap log ${what.run}`];
    case 'rolled-back':
      return ['stopgap status', `stopgap log ${what.by}`];
    case 'obsolete':
      return ['stopgap reconcile -o plan.json', `stopgap rollback ${what.id}`];
    case 'drifted':
      return ['stopgap status', 'stopgap reconcile -o plan.json'];
    case 'unfinished':
      if (what.ids.length > 0) return ['stopgap status', `stopgap log ${what.run}`, ...commandsFor(what)];
      return what.recovered ? ['stopgap status', `stopgap log ${what.run}`] : ['stopgap recover', 'stopgap status'];
    case 'settings-trouble':
      return ['stopgap settings validate', 'stopgap settings show'];
    case 'two-writers':
      return ['stopgap settings show', `stopgap plan ${what.id}`];
    case 'feed-stale':
    case 'trust-ending':
      return ['stopgap feed fetch', 'stopgap status'];
    default:
      return [];
  }
};

// A page of mail; the whole preview stands in the plan's file.
const mostLines = 400;

const previewOf = (what: Happening): readonly string[] => {
  if (what.is !== 'plan-waiting') return [];
  const lines = escapeControl(redact(what.preview)).trimEnd().split('\n');
  const cut = lines.length - mostLines;
  const rest = cut > 0 ? [`(${cut} more lines: stopgap show "${escapeLine(what.file)}")`] : [];
  return ['', 'Preview', '-------', ...lines.slice(0, mostLines), ...rest];
};

/** The whole message as plain text. */
export const textOf = ({at, host, what}: Occurrence): string =>
  [
    wordingOf(what),
    '',
    `Server  ${escapeLine(host)}`,
    `Time    ${at}`,
    '',
    'Next',
    ...nextSteps(what).map((step) => `  ${escapeLine(step)}`),
    ...previewOf(what),
    '',
    `-- ${''}`,
    `stopgap ${version} on ${escapeLine(host)}. Who is told of what: notification in settings.yaml.`,
    '',
  ].join('\n');
