import type {State} from '../journal/state.ts';
import {Refusal} from '../kit/refusal.ts';
import type {Plan} from '../plan/model.ts';
import type {Server, ServerFacts} from '../server/server.ts';
import type {WindowVerdict} from './window/judge-window.ts';
import {wallTime} from './window/local-time.ts';
import type {Opening} from './window/openings.ts';

/*
 * What has to be true before anything is changed. Change windows, setup and a confirm that waits bind apply alone: the
 * way back is always open. Each question answers with the first reason not to begin; `undefined`: nothing stands in the
 * way. Pure.
 */

export interface ToBegin {
  readonly facts: Pick<ServerFacts, 'elevated'>;
  readonly state: Pick<State, 'unfinished'>;
}

export interface ToApply extends ToBegin {
  readonly plan: Plan;
  readonly facts: Pick<ServerFacts, 'elevated' | 'setupBlockers'>;
  readonly state: Pick<State, 'unfinished' | 'pendingConfirms'>;
  readonly window: WindowVerdict;
  /** The person said --now. */
  readonly now: boolean;
  /** `undefined`: no confirm was asked for. */
  readonly confirmWithinMs: number | undefined;
}

export interface Disk {
  readonly freeBytes: number;
  readonly neededBytes: number;
}

/** Takes the server's lock for the time of the work. @throws Refusal APPLY.LOCKED */
export const withLock = async <T>(server: Server, work: () => Promise<T>): Promise<T> => {
  const release = await server.lock();
  if (release === undefined) {
    throw new Refusal('APPLY.LOCKED', `Another stopgap is changing ${server.name} now.`, {
      next: [{label: 'Wait until it is done, then try again'}],
    });
  }
  try {
    return await work();
  } finally {
    await release();
  }
};

/** Whatever changes the server asks this; recovery asks `notElevated` alone, an interrupted run is what it is for. */
export const mayBegin = ({facts, state}: ToBegin): Refusal | undefined => notElevated(facts) ?? interrupted(state);

export const mayApply = (input: ToApply): Refusal | undefined =>
  mayBegin(input) ?? setupBlocked(input) ?? confirmPending(input) ?? outsideWindow(input) ?? irreversible(input);

export const notElevated = (facts: Pick<ServerFacts, 'elevated'>): Refusal | undefined =>
  facts.elevated
    ? undefined
    : new Refusal('APPLY.NOT_ELEVATED', 'Changing the server needs the rights of an administrator.', {
        next: [{label: 'Start the command again from an elevated prompt'}],
      });

export const interrupted = ({unfinished}: Pick<State, 'unfinished'>): Refusal | undefined =>
  unfinished === undefined
    ? undefined
    : new Refusal('APPLY.UNFINISHED_RUN', `Run ${unfinished.runId} was interrupted and is not in order yet.`, {
        next: [{label: 'Put it in order first', command: 'stopgap recover'}],
      });

const setupBlocked = ({facts}: ToApply): Refusal | undefined => {
  const [blocker] = facts.setupBlockers;
  if (blocker === undefined) return undefined;
  // SETUP.RUNNING of the server is APPLY.SETUP_RUNNING here.
  const code = `APPLY.${blocker.code.replace('.', '_')}`;
  const evidence = facts.setupBlockers.map((each) => each.evidence).join('; ');
  return new Refusal(code, `The server is not in a state to be changed: ${evidence}.`, {
    next: [{label: 'Finish or repair the setup of Exchange, restart the server if it asks for it, then plan again'}],
  });
};

const confirmPending = ({state: {pendingConfirms}}: ToApply): Refusal | undefined => {
  const [pending] = pendingConfirms;
  if (pending === undefined) return undefined;
  return new Refusal('APPLY.CONFIRM_PENDING', `Run ${pending.run} waits for its confirm until ${pending.deadline}.`, {
    next: [
      {label: 'Keep what it did', command: `stopgap confirm ${pending.run}`},
      {label: 'Or take it back', command: `stopgap rollback ${pending.run}`},
    ],
  });
};

const outsideWindow = ({window, now}: ToApply): Refusal | undefined => {
  if (now || window.is === 'open' || window.is === 'urgent') return undefined;
  const next = [{label: 'Apply now, on purpose', command: 'stopgap apply <plan> --now --reason "why"'}];
  if (window.is === 'none') return new Refusal('APPLY.OUTSIDE_WINDOW', 'No change window is configured.', {next});
  const opens = window.next ? spoken(window.next) : 'None that is long enough opens within a year.';
  if (window.is === 'closed') {
    return new Refusal('APPLY.OUTSIDE_WINDOW', `No change window is open now. ${opens}`, {next});
  }
  const minutes = Math.ceil(window.neededMs / 60_000);
  const message = `The change window ${window.name} ends at ${window.until.toISOString()}, and the plan may take ${minutes} minutes. ${opens}`;
  return new Refusal('APPLY.WINDOW_TOO_SHORT', message, {next});
};

const spoken = ({window: {name, timeZone}, from}: Opening): string =>
  `The next one, ${name}, opens ${wallTime(from, timeZone.iana).replace('T', ' ')} (${timeZone.name}), ${from.toISOString()}.`;

/** A promise to take back what cannot be taken back is none. */
const irreversible = ({plan, confirmWithinMs}: ToApply): Refusal | undefined => {
  if (confirmWithinMs === undefined) return undefined;
  const step = plan.body.steps.find((each) => each.status === 'to-do' && each.undo.length === 0);
  if (step === undefined) return undefined;
  return new Refusal('APPLY.CONFIRM_IRREVERSIBLE', `The step "${step.label}" has no way back.`, {
    where: {step: step.id},
    next: [{label: 'Apply without --confirm-within'}],
  });
};

export const diskFull = ({freeBytes, neededBytes}: Disk): Refusal | undefined =>
  freeBytes >= neededBytes
    ? undefined
    : new Refusal(
        'APPLY.DISK_FULL',
        `The state folder has room for ${freeBytes} bytes; backups and journal need ${neededBytes}.`,
        {next: [{label: 'Make room on that disk'}]},
      );

/** Room for the journal itself, which holds the plan and the output of every command. */
const journalReserve = 16 * 1024 * 1024;

/** Bytes that a run of the plan may need in the state folder: every touched file once, and every file that is taken over. */
export const neededBytes = async (server: Pick<Server, 'readFile'>, plan: Plan): Promise<number> => {
  const paths = new Set(
    plan.body.steps.flatMap((step) => (step.status === 'to-do' || step.kind === 'adopt' ? step.touches : [])),
  );
  let sum = journalReserve;
  for (const path of paths) sum += (await server.readFile(path))?.length ?? 0;
  return sum;
};
