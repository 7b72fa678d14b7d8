import {defineCommand} from './command.ts';
import {networkFrom} from './network-options.ts';
import {profileOption} from './shared-options.ts';

/** Applies a plan. What is applied is what planning finds now; the file only says what a person has seen. */
export const applyCommand = defineCommand({
  name: 'apply <plan>',
  describe: 'Apply a plan file: back up, journal, act, read back, undo on failure',
  builder: (yargs) =>
    yargs
      .positional('plan', {type: 'string', demandOption: true, describe: 'Plan file, written by plan -o'})
      .option('now', {type: 'boolean', default: false, describe: 'Outside of a change window, on purpose'})
      .option('window', {type: 'string', describe: 'Only inside of this change window of the settings'})
      .option('reason', {type: 'string', describe: 'Why, for the journal'})
      .option('wait', {
        type: 'boolean',
        default: true,
        describe: 'Wait for the confirm; --no-wait leaves it to the watchdog',
      })
      .option('confirm-within', {type: 'string', describe: 'Roll back unless confirmed in time: 90s, 15m, 2h'})
      .option('warm-up', {
        type: 'string',
        default: '180s',
        describe: 'How long applications may take to answer again before the change is taken back',
      })
      .option('profile', profileOption),
  run: async (args, io) => {
    const {readPlanFile} = await import('./read-plan-file.ts');
    const {openServer, stateDirOf} = await import('./open-server.ts');
    const {applyPlan} = await import('../operations/apply-plan.ts');
    const {account} = await import('./account.ts');
    const {follow, streamEvents} = await import('./follow-run.ts');
    const {runAnswer} = await import('./run-answer.ts');
    const {parseDuration} = await import('./duration.ts');
    const confirmWithin = args['confirm-within'];
    const confirmWithinMs = confirmWithin === undefined ? undefined : parseDuration(confirmWithin);
    const plan = await readPlanFile(args.plan, io);
    const server = await openServer(args, io);
    const stateDir = stateDirOf(args, io);
    const context = {stateDir, cwd: io.cwd, now: server.clock.now(), profiles: args.profile, ...networkFrom(io)};
    const tell = follow(args, io);
    const stream = args.json ? streamEvents(io) : undefined;
    const {guardFor} = await import('./guard-confirm.ts');
    const {hereFrom, namingPlan} = await import('./here.ts');
    const {withStopSignals} = await import('./stop-signals.ts');
    const end = await namingPlan(args.plan, () =>
      withStopSignals(io, (stop) =>
        applyPlan(plan, server, {
          stop,
          context,
          now: args.now,
          window: args.window,
          reason: args.reason,
          by: account(),
          confirmWithinMs,
          warmUpMs: parseDuration(args['warm-up']),
          guard: confirmWithinMs === undefined ? undefined : guardFor(args, io, server),
          onEvent: (event, runId) => {
            tell(event, runId);
            stream?.(event, runId);
          },
        }),
      ),
    );
    if (end.did === 'nothing') {
      return {code: 'APPLY.NOTHING_TO_DO', exitCode: 0, data: {run: end.run ?? null, why: end.why}, text: end.why};
    }
    const answer = runAnswer(end.result, {plan, verb: 'applied', code: 'APPLY.DONE'});
    if (confirmWithinMs === undefined || end.result.outcome !== 'done') return answer;
    const {awaitConfirm} = await import('./await-confirm.ts');
    const onEvent = tell;
    return awaitConfirm(answer, server, {
      run: end.result.runId,
      stateDir,
      wait: args.wait,
      onEvent,
      io,
      json: args.json,
      here: hereFrom(args),
    });
  },
});
