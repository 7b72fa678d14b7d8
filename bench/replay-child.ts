import {readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {impactQuestion} from '../src/operations/impact.ts';
import {impactReport} from '../src/operations/impact-report.ts';
import {asLogged} from '../src/operations/redact-request.ts';
import {endHelpers, startHelpers} from '../src/operations/replay/helper.ts';
import {replayLogs, usefulThreads} from '../src/operations/replay/replay-logs.ts';
import {serverWithPlan} from '../src/operations/server-with-plan.ts';
import {plan as planSchema} from '../src/plan/model.ts';
import {openSandboxReader} from '../src/server/sandbox/reader.ts';

/*
 * `stopgap impact` in a process of its own that takes the time of the replay alone; as in the command, its threads start
 * while the configuration is read. Arguments: sandbox, plan, log. Prints one JSON object.
 */

const [lab = '', planFile = '', log = ''] = process.argv.slice(2);
const files = [{kind: 'plain' as const, path: log, bytes: statSync(log).size}];
const wanted = process.env['BENCH_THREADS'];
const helpers = startHelpers(usefulThreads(files, wanted === undefined ? undefined : Number(wanted)) - 1);
const plan = planSchema.parse(JSON.parse(readFileSync(planFile, 'utf8')));
const stateDir = join(lab, '.stopgap', 'state');
const context = {stateDir, cwd: lab, now: new Date(), profiles: [], env: {}};
const server = await serverWithPlan(await openSandboxReader(lab), {plan, context});
const question = await impactQuestion(server, {plan, site: undefined});
const start = process.hrtime.bigint();
const totals = await replayLogs({files, stdin: process.stdin, rules: question.rules, look: 'candidates', helpers});
const ms = Number(process.hrtime.bigint() - start) / 1e6;
const report = impactReport({planId: plan.planId, question, logs: {files, skipped: []}, totals, notes: []}, asLogged);
console.log(JSON.stringify({ms, peakMiB: process.resourceUsage().maxRSS / 1024, report}));
await endHelpers(helpers);
