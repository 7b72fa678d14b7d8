import {redact} from '../../../kit/redact.ts';
import type {Listener} from '../../happening.ts';
import type {Channel} from './channel.ts';
import {sayingOf} from './notice.ts';
import type {Attempt, Outbox, WaitingNotice} from './outbox.ts';

/*
 * Takes messages from the outbox to their channels, beside the agent's work: a mail server that does not answer must not
 * hold up a check.
 */

const minuteMs = 60_000;
/** Between attempts; the last one counts for all further ones. */
const pausesMs = [1, 5, 15, 60, 240].map((minutes) => minutes * minuteMs);
/** A message of last week helps nobody. */
const giveUpAfterMs = 3 * 24 * 60 * minuteMs;

export interface DeliveryOptions {
  readonly outbox: Outbox;
  /** As the settings have them now. */
  readonly channels: () => Promise<readonly Channel[]>;
  readonly now: () => Date;
  readonly onTrouble: (message: string) => void;
}

export interface Delivery extends Listener {
  /** Tries everything that is due, and resolves when that is through. */
  deliverDue(): Promise<void>;
  /** Waits a little for what is under way; the rest waits on the disk for the next start. */
  close(): Promise<void>;
}

interface Due {
  readonly waiting: WaitingNotice;
  readonly attempt: Attempt;
}

/** Those that failed least come first: one that a server will not have does not keep the others from it. */
const dueOf = (outbox: Outbox, now: Date): readonly Due[] =>
  outbox
    .waiting()
    .flatMap((waiting) => waiting.left.map((attempt) => ({waiting, attempt})))
    .filter(({attempt}) => new Date(attempt.nextAt) <= now)
    .toSorted(
      (a, b) => a.attempt.attempts - b.attempt.attempts || a.waiting.notice.at.localeCompare(b.waiting.notice.at),
    );

const pauseAfter = (attempts: number): number => pausesMs[Math.min(attempts, pausesMs.length) - 1] ?? minuteMs;

const later = (now: Date, ms: number): string => new Date(now.getTime() + ms).toISOString();

export const createDelivery = ({outbox, channels, now, onTrouble}: DeliveryOptions): Delivery => {
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  /** What an attempt that failed leads to: another one, or none. */
  const failed = ({waiting: {notice}, attempt}: Due, error: unknown): Omit<Attempt, 'channel'> | undefined => {
    const reason = redact(error instanceof Error ? error.message : String(error));
    const attempts = attempt.attempts + 1;
    if (now().getTime() - new Date(notice.at).getTime() > giveUpAfterMs) {
      onTrouble(
        `${attempt.channel} did not take "${notice.subject}" in ${attempts} attempts, and is not asked again: ${reason}`,
      );
      return undefined;
    }
    const nextAt = later(now(), pauseAfter(attempts));
    onTrouble(`${attempt.channel} did not take "${notice.subject}" (next attempt at ${nextAt}): ${reason}`);
    return {attempts, nextAt, lastError: reason};
  };

  const pass = async (): Promise<void> => {
    const known = new Map((await channels()).map((channel) => [channel.name, channel]));
    /** Channels that failed in this pass, and until when they are left alone. */
    const resting = new Map<string, string>();
    for (const due of dueOf(outbox, now())) {
      const {notice} = due.waiting;
      const {channel: name, ...attempt} = due.attempt;
      const rest = resting.get(name);
      if (closed) return;
      if (rest !== undefined) {
        await outbox.attempted(notice.id, name, {...attempt, nextAt: rest});
        continue;
      }
      try {
        // A channel that the settings do not have any more wants nothing any more.
        await known.get(name)?.send(notice);
        await outbox.attempted(notice.id, name, undefined);
      } catch (error) {
        const next = failed(due, error);
        resting.set(name, next?.nextAt ?? later(now(), minuteMs));
        await outbox.attempted(notice.id, name, next);
      }
    }
  };

  const arm = (): void => {
    clearTimeout(timer);
    const times = outbox.waiting().flatMap(({left}) => left.map(({nextAt}) => new Date(nextAt).getTime()));
    if (closed || times.length === 0) return;
    // Not less than a second, whatever the clock does; a timer takes no more than 24 days.
    const ms = Math.min(Math.max(Math.min(...times) - now().getTime(), 1000), 60 * minuteMs);
    timer = setTimeout(() => void deliverDue(), ms).unref();
  };

  const passes = async (): Promise<void> => {
    try {
      while (!closed && dueOf(outbox, now()).length > 0) await pass();
    } catch (error) {
      onTrouble(`messages wait: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  const deliverDue = (): Promise<void> => {
    // Not in `passes` itself: where nothing is due it has ended before `running` is set.
    running ??= passes().finally(() => {
      running = undefined;
      arm();
    });
    return running;
  };

  return {
    name: 'notification',
    tell: async (occurrence) => {
      const saying = sayingOf(occurrence);
      if (!saying) return;
      const wanted = (await channels()).filter(({on}) => on === undefined || on.includes(saying.notice.kind));
      const names = wanted.map(({name}) => name);
      if (await outbox.say(saying, names, now())) void deliverDue();
    },
    deliverDue,
    close: async () => {
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 5000).unref())]);
      closed = true;
      clearTimeout(timer);
    },
  };
};
