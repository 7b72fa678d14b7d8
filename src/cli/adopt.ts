import type {PlanBody} from '../plan/model.ts';
import {defineCommand} from './command.ts';
import {networkFrom} from './network-options.ts';

/** Takes over what others put on the server. Nothing of it changes. */
export const adoptCommand = defineCommand({
  name: 'adopt [ids..]',
  describe: 'Take mitigations over that others put on the server: EEMS, EOMT, a person',
  builder: (yargs) =>
    yargs
      .positional('ids', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Mitigations (M1); none: all',
      })
      .option('rule', {type: 'string', implies: 'as', describe: 'A rule that nobody knows, by its name; needs --as'})
      .option('as', {type: 'string', implies: 'rule', describe: 'Id that this rule gets from now on'})
      .option('dry-run', {type: 'boolean', default: false, describe: 'Show what would be taken over'})
      .option('reason', {type: 'string', default: 'none given', describe: 'Why, for the journal'}),
  run: async (args, io) => {
    const {openReader, openServer, stateDirOf} = await import('./open-server.ts');
    const {adopt, planAdoption} = await import('../operations/adopt.ts');
    const {knownMitigations} = await import('../operations/known-mitigations.ts');
    const {readState} = await import('../operations/state.ts');
    const {escapeLine} = await import('../kit/escape-control.ts');
    const stateDir = stateDirOf(args, io);
    const {rule, as} = args;
    const named = rule === undefined || as === undefined ? undefined : {rule, as};
    const planNow = async (reader: Parameters<typeof planAdoption>[0]) => {
      const known = await readState(stateDir);
      const context = {stateDir, cwd: io.cwd, now: io.now(), profiles: [], ...networkFrom(io)};
      return planAdoption(reader, {known, mitigations: await knownMitigations(known, context), ids: args.ids, named});
    };
    const lines = (body: PlanBody): string =>
      [
        ...body.steps.map(({because, label}) => `${because.join(', ')}: ${escapeLine(label)}`),
        ...body.findings.map(({code, message}) => `${code}: ${escapeLine(message)}`),
      ].join('\n');
    if (args['dry-run']) {
      const {body} = await planNow(await openReader(args, io));
      return {code: 'ADOPT.PLANNED', exitCode: 0, data: body, text: lines(body)};
    }
    const {account} = await import('./account.ts');
    const {follow} = await import('./follow-run.ts');
    const {runAnswer} = await import('./run-answer.ts');
    const server = await openServer(args, io);
    const {reason} = args;
    const onEvent = follow(args, io);
    const {plan, result} = await adopt(server, {stateDir, by: account(), reason, onEvent, plan: () => planNow(server)});
    const answer = runAnswer(result, {plan, verb: 'adopted', code: 'ADOPT.DONE'});
    return {...answer, text: `${lines(plan.body)}\nrun ${result.runId}: taken over, nothing was changed\n`};
  },
});
