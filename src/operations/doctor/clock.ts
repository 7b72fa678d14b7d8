import {bad, type Diagnosis, good, unknown, warn} from './diagnosis.ts';
import {question} from './question.ts';

const minuteMs = 60_000;
/** What Kerberos allows, so what a domain keeps to. */
const allowedMs = 5 * minuteMs;
/** Certificates, lists and windows are judged wrongly by then. */
const gravelyMs = 60 * minuteMs;

export interface ClockSeen {
  readonly ours: Date;
  /** By the endpoint's own word, which nothing proves. */
  readonly theirs: Date | undefined;
  /** When the feed was counter-signed, which is proven: a clock that shows an earlier time is wrong. */
  readonly signedAt: Date | undefined;
}

const set = {label: 'Set the clock of this machine', command: 'w32tm /resync'};

export const judgeClock = ({ours, theirs, signedAt}: ClockSeen): Diagnosis => {
  if (signedAt && signedAt.getTime() - ours.getTime() > allowedMs) {
    return bad(`it is ${ours.toISOString()} here, and the feed was stamped on ${signedAt.toISOString()} already`, set);
  }
  if (!theirs || Number.isNaN(theirs.getTime())) {
    return unknown(`it is ${ours.toISOString()} here, and nobody was there to compare with`);
  }
  const off = ours.getTime() - theirs.getTime();
  const seen = `it is ${ours.toISOString()} here, ${theirs.toISOString()} at the endpoint`;
  if (Math.abs(off) <= allowedMs) return good(seen);
  const minutes = Math.round(Math.abs(off) / minuteMs);
  const evidence = `${seen}: ${minutes} minutes ${off > 0 ? 'ahead' : 'behind'}`;
  return Math.abs(off) > gravelyMs ? bad(evidence, set) : warn(evidence, set);
};

export const clock = question({
  ...{id: 'clock', title: 'Clock', of: 'network'},
  look: async (patient): Promise<ClockSeen> => {
    const {outcome} = await patient.endpoint();
    const judged = await patient.feed();
    const stamped = judged?.verification.verified ? judged.verification.signedAt : null;
    const date = outcome.is === 'answered' ? outcome.answer.date : undefined;
    return {
      ours: outcome.is === 'answered' ? outcome.at : patient.now(),
      theirs: date === undefined ? undefined : new Date(date),
      signedAt: stamped ?? undefined,
    };
  },
  judge: judgeClock,
});
