import {readFileSync} from 'node:fs';
import {executePlan} from '../../src/apply/execute.ts';
import {openStore} from '../../src/journal/store.ts';
import {posixGuard} from '../../src/kit/folder-guard.ts';
import {holds} from '../../src/plan/check.ts';
import {plan as planSchema} from '../../src/plan/model.ts';
import {openSandbox} from '../../src/server/sandbox/open.ts';
import type {Server} from '../../src/server/server.ts';
import {asFaults, stateDirOf} from './server.ts';

/*
 * A process that applies a plan in order to be killed: `victim.ts DIR PLAN N`. The N-th command is a process of its own, and
 * when it has started the victim says so and waits for its end, which comes from outside.
 */

const [dir = '', planFile = '', nth = '0'] = process.argv.slice(2);
const plan = planSchema.parse(JSON.parse(readFileSync(planFile, 'utf8')));
const quick = await openSandbox(dir, {inProcess: true});
const real = await openSandbox(dir);
let count = 0;
const server: Server = {
  ...quick,
  commands: {
    run: (command, options) => {
      if (++count !== Number(nth)) return quick.commands.run(command, options);
      return real.commands.run(command, {
        ...options,
        onStarted: async (started) => {
          // Half of the victims die before the line that names the process, half of them behind it.
          if (count % 2 === 0) await options.onStarted?.(started);
          process.stdout.write(`started ${started.pid}\n`);
          if (count % 2 === 1) await new Promise(() => undefined);
        },
      });
    },
  },
};
await executePlan(plan, server, {
  store: await openStore(stateDirOf(dir), posixGuard),
  holds: (check) => holds(check, server),
  ...asFaults,
});
