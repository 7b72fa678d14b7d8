import {sha256} from '../../../kit/hash.ts';
import {unreachable} from '../../../kit/unreachable.ts';
import {type NoticeKind, noticeKind} from '../../../operations/settings/notification.ts';
import type {Happening, Occurrence} from '../../happening.ts';
import {type Severity, severityOf} from '../wording.ts';
import {subjectOf, textOf} from './message.ts';

/** A message to somebody, as every channel carries it and as it waits on the disk. */
export interface Notice {
  /** Stays the same over every attempt, so that a receiver can know a repetition. */
  readonly id: string;
  /** `test`: sent by hand, nothing happened. */
  readonly kind: NoticeKind | 'test';
  readonly severity: Severity;
  /** UTC, when it happened. */
  readonly at: string;
  readonly host: string;
  readonly subject: string;
  readonly text: string;
  /** For programs; the preview is in the text. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Something to say, and what it is to have said it already. */
export interface Saying {
  readonly key: string;
  /** How long after it was last reported the same may be said again: what ended and came back is news. */
  readonly forgetAfterHours: number;
  readonly notice: Notice;
}

/** A thing that happens once: its key has a run, a plan or a date in it. The time only keeps the list of what was said short. */
const once = 365 * 24;
/** A state, reported when it begins: the time covers an agent that was killed before it had noted that it had reported it. */
const state = 3;

const keyOf = (what: Extract<Happening, {is: NoticeKind}>): readonly [hours: number, ...parts: readonly string[]] => {
  switch (what.is) {
    case 'mitigation-published':
    case 'two-writers':
      return [state, what.id];
    case 'plan-waiting':
      return [once, what.planId, what.waiting.for];
    case 'applied':
    case 'rolled-back':
      return [once, what.run];
    case 'failed':
      return what.run === null ? [state, what.code, ...what.ids] : [once, what.run];
    case 'obsolete':
      return [once, what.id, what.build];
    case 'drifted':
      return [state, what.id, what.status];
    case 'unfinished':
      return [once, what.run, String(what.recovered), ...what.ids];
    case 'settings-trouble':
      return [state, what.code, what.using];
    case 'feed-stale':
      return [once, what.because, what.since];
    case 'trust-ending':
      return [once, what.what, what.ends];
    default:
      return unreachable(what);
  }
};

const kinds: ReadonlySet<string> = new Set(noticeKind.options);
const isNoticed = (what: Happening): what is Extract<Happening, {is: NoticeKind}> => kinds.has(what.is);

/** What there is to say of it; `undefined`: nobody is told of such things. */
export const sayingOf = ({at, host, what}: Occurrence): Saying | undefined => {
  if (!isNoticed(what)) return undefined;
  const [forgetAfterHours, ...parts] = keyOf(what);
  const key = [what.is, ...parts].join('/');
  const {is: kind, ...rest} = what;
  const {preview: _, ...data} = {preview: '', ...rest};
  return {
    key,
    forgetAfterHours,
    notice: {
      id: sha256(`${host}\n${key}\n${at}`).slice(0, 32),
      kind,
      severity: severityOf(what),
      at,
      host,
      subject: subjectOf(host, what),
      text: textOf({at, host, what}),
      data,
    },
  };
};
