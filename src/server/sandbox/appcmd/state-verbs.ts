import {sitesOf} from '../config/world.ts';
import {simulatedNow, updateRuntime} from '../runtime.ts';
import {fail} from './failure.ts';
import {failure, success} from './messages.ts';
import {identifierOf, siteState} from './object-list.ts';
import {findPool, poolState, setPool, wasRuns} from './pool-state.ts';
import {printLine, runtimeOf, type Session, strikes} from './session.ts';

const restartAfterMs = 30_000;
const slowStopMs = 60_000;

/** What the service behind the run-time verbs may answer instead of doing it. */
const refuseIfUnavailable = (session: Session): void => {
  const unavailable = !session.world.description.elevated || !wasRuns(runtimeOf(session));
  if (unavailable || strikes(session, 'was-stopped')) fail(failure.wasUnavailable);
  if (strikes(session, 'rpc-failure')) fail(failure.rpcFailed);
  if (strikes(session, 'call-cancelled')) fail(failure.callCancelled);
  if (strikes(session, 'data-invalid')) fail(failure.dataInvalid);
};

const stopPool = (session: Session, name: string): void => {
  const now = simulatedNow(runtimeOf(session), session.io.now());
  if (strikes(session, 'slow-stop')) setPool(session, name, {state: 'Stopping', next: 'Stopped', at: now + slowStopMs});
  else if (strikes(session, 'pool-restarts')) {
    setPool(session, name, {state: 'Stopped', next: 'Started', at: now + restartAfterMs});
  } else setPool(session, name, {state: 'Stopped'});
};

const changePool = (session: Session): void => {
  const {command, world} = session;
  const identifier = identifierOf(command);
  const pool = findPool(world, identifier) ?? fail(failure.notFound, 'APPPOOL', identifier);
  refuseIfUnavailable(session);
  const state = poolState(runtimeOf(session), pool);
  const stopped = state === 'Stopped' || state === 'Stopping';
  if (command.verb === 'start') {
    if (!stopped) fail(failure.alreadyStarted);
    setPool(session, pool.name, {state: 'Started'});
    printLine(session, success.started.text(pool.name));
  } else if (command.verb === 'stop') {
    if (stopped) fail(failure.alreadyStopped);
    stopPool(session, pool.name);
    printLine(session, success.stopped.text(pool.name));
  } else {
    if (stopped) fail(failure.recycleStopped);
    printLine(session, success.recycled.text(pool.name));
  }
};

const changeSite = (session: Session): void => {
  const {command, world} = session;
  const identifier = identifierOf(command);
  const site =
    sitesOf(world).find(({name}) => name.toLowerCase() === identifier.toLowerCase()) ??
    fail(failure.notFound, 'SITE', identifier);
  refuseIfUnavailable(session);
  const wanted = command.verb === 'start' ? 'Started' : 'Stopped';
  if (siteState(session, site) === wanted) fail(wanted === 'Started' ? failure.alreadyStarted : failure.alreadyStopped);
  updateRuntime(session.dir, session.io.now(), (runtime) => ({
    ...runtime,
    sites: {...runtime.sites, [site.name]: wanted},
  }));
  printLine(session, (wanted === 'Started' ? success.started : success.stopped).text(site.name));
};

export const changeState = (session: Session): void =>
  session.command.object === 'SITE' ? changeSite(session) : changePool(session);

/** `list wp`: one worker process for each pool that runs; real ones come with the first request. */
export const poolsWithWorkers = (session: Session, names: readonly string[]): readonly string[] => {
  refuseIfUnavailable(session);
  const runtime = runtimeOf(session);
  return names.filter((name) => {
    const pool = findPool(session.world, name);
    return pool !== undefined && poolState(runtime, pool) === 'Started';
  });
};
