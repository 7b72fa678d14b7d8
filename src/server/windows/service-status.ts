/* The conversation of a service with the service control manager, apart from the calls that carry it. */

/** SERVICE_STATUS without its type, which is always a process of its own. */
export interface ReportedStatus {
  readonly state: number;
  readonly accepts: number;
  /** 0, or 1066, which says: look at the code of the service itself. */
  readonly exitCode: number;
  readonly ownExitCode: number;
  readonly checkPoint: number;
  readonly waitHintMs: number;
}

export interface ServiceCalls {
  /** ServiceMain has been called: `report` answers the service control manager from here on. */
  started(report: (status: ReportedStatus) => void): void;
  /** A control code; must come back soon. @returns 0, or 120 for one that is not known */
  control(code: number): number;
}

/** Connects a process; resolves with 0 when all is over, or with the Windows error that kept it from beginning. */
export type ServeControls = (name: string, calls: ServiceCalls) => Promise<number>;

/** What runs as a service. */
export interface ServiceBody {
  /** Resolves with the exit code of the service, soon after `stop`; anything but 0 counts as a failure. */
  run(stop: AbortSignal): Promise<number>;
  /** `sc control NAME paramchange`: somebody asks to look again now. */
  ask(): void;
}

const states = {startPending: 2, running: 4, stopPending: 3, stopped: 1} as const;
/** SERVICE_ACCEPT_STOP, _SHUTDOWN and _PARAMCHANGE. */
const accepts = 1 | 4 | 8;
const controls = {stop: 1, interrogate: 4, shutdown: 5, paramChange: 6} as const;
const notKnown = 120;
const lookAtOwnCode = 1066;
/**
 * The agent may be in the middle of a step, which it ends first: as long as these come, whoever stops the service waits. A machine
 * that shuts down waits some seconds only (WaitToKillServiceTimeout); what that cuts off is put in order at the next start.
 */
const pendingEveryMs = 2000;

interface Conversation {
  readonly calls: ServiceCalls;
  /** The exit code of the body. */
  readonly ended: Promise<number>;
}

const converse = (body: ServiceBody): Conversation => {
  const stop = new AbortController();
  const {promise: ended, resolve: end, reject: fail} = Promise.withResolvers<number>();
  // Somebody waits for it only when Windows has heard of the end.
  ended.catch(() => undefined);
  let report: (status: ReportedStatus) => void = () => undefined;
  let current: ReportedStatus = status(states.startPending);
  const say = (next: ReportedStatus): void => {
    current = next;
    report(next);
  };

  const started = async (): Promise<void> => {
    say(status(states.running, {accepts}));
    const code = await body.run(stop.signal).catch((error: unknown) => {
      fail(error);
      return 1;
    });
    clearInterval(waiting);
    end(code);
    say(status(states.stopped, code === 0 ? {} : {exitCode: lookAtOwnCode, ownExitCode: code}));
  };

  let waiting: ReturnType<typeof setInterval> | undefined;
  const beginStop = (): void => {
    // A control may be on its way while the service ends by itself; nothing may be said behind "stopped".
    if (stop.signal.aborted || current.state === states.stopped) return;
    let checkPoint = 1;
    const pending = () => say(status(states.stopPending, {checkPoint: checkPoint++, waitHintMs: 3 * pendingEveryMs}));
    pending();
    waiting = setInterval(pending, pendingEveryMs);
    stop.abort();
  };

  const control = (code: number): number => {
    switch (code) {
      case controls.stop:
      case controls.shutdown:
        beginStop();
        return 0;
      case controls.interrogate:
        report(current);
        return 0;
      case controls.paramChange:
        body.ask();
        return 0;
      default:
        return notKnown;
    }
  };

  return {
    ended,
    calls: {
      started: (to) => {
        report = to;
        void started();
      },
      control,
    },
  };
};

const status = (state: number, more: Partial<ReportedStatus> = {}): ReportedStatus => ({
  state,
  accepts: 0,
  exitCode: 0,
  ownExitCode: 0,
  checkPoint: 0,
  waitHintMs: 0,
  ...more,
});

/**
 * Runs a body as the service of that name. Rejects with what the body was broken by, which ends the service with code 1.
 * @returns its exit code; or why it could not begin, 1063 where the process was not started as a service
 */
export const hostService = async (
  name: string,
  body: ServiceBody,
  serve: ServeControls,
): Promise<{readonly exitCode: number} | {readonly windowsError: number}> => {
  const {calls, ended} = converse(body);
  const windowsError = await serve(name, calls);
  return windowsError === 0 ? {exitCode: await ended} : {windowsError};
};
