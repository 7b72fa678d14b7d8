import {rm} from 'node:fs/promises';
import {beforeAll, expect, test} from 'vitest';
import type {Mitigation} from '../../src/mitigation/model.ts';
import {readMemory} from '../../src/operations/agent/memory.ts';
import {approvePlan} from '../../src/operations/approve.ts';
import {blockIds, unblockIds} from '../../src/operations/settings/block.ts';
import {plan as planSchema} from '../../src/plan/model.ts';
import {appcmd, sc} from '../../src/server/command.ts';
import {cumulativeUpdate} from '../../src/server/sandbox/cumulative-update.ts';
import {armFault, clearFaults} from '../../src/server/sandbox/faults.ts';
import {type Day, type DayOptions, openDay} from './day.ts';
import {describeServer, rollBackByHand} from './hands.ts';
import {catalogued, trustWebRoot} from './publisher.ts';
import {journalOf, occurrencesOf, statusTextOf} from './told.ts';

/*
 * Days in the life of an agent. What is said, what the journals hold and what status shows at the end stand in
 * golden/<day>; renewed by `npx vitest run test/agent/days.test.ts -u`, and then read.
 */

beforeAll(trustWebRoot);

const auto = 'agent: {mode: auto, feed: "FEED", profiles: [acme], jitter: 0s}\n';
const admin = {by: 'ACME\\admin', reason: 'change 4711'};
const wwwroot = 'C:\\inetpub\\wwwroot\\web.config';

const heartbeat = (): Promise<Mitigation> => catalogued('PING1');

/** Publishes the heartbeat and these, as they stand in the catalogue. */
const publish = async (day: Day, ...ids: readonly string[]): Promise<void> => {
  const mitigations = [await heartbeat()];
  for (const id of ids) mitigations.push(await catalogued(id));
  day.publisher.publish(mitigations, day.now());
};

/** The same mitigation with another pattern in its rule, as M1 had five of in eight days. */
const withPattern = (mitigation: Mitigation, pattern: string): Mitigation => {
  const changed: unknown = JSON.parse(JSON.stringify(mitigation), (key, value: unknown) =>
    key === 'pattern' || value === '(?=.*autodiscover)(?=.*powershell)' ? pattern : value,
  );
  return changed as Mitigation;
};

interface Script {
  readonly name: string;
  readonly options?: DayOptions;
  readonly settings?: string;
  readonly hours: number;
  readonly script: (day: Day) => Promise<void> | void;
}

const days: readonly Script[] = [
  {
    name: 'new-feed',
    hours: 5,
    script: async (day) => {
      await publish(day, 'M1');
      day.at(2.5, () => publish(day, 'M1', 'M2'));
    },
  },
  {
    name: 'changed-feed',
    hours: 4,
    script: async (day) => {
      await publish(day, 'M1');
      day.at(1.5, async () => {
        day.publisher.publish(
          [await heartbeat(), withPattern(await catalogued('M1'), '.*autodiscover\\.json.*powershell.*')],
          day.now(),
        );
      });
    },
  },
  {
    name: 'replay',
    hours: 5,
    script: async (day) => {
      await publish(day, 'M1');
      day.at(1.5, () => publish(day, 'M1', 'M2'));
      day.at(2.5, () => day.publisher.replay());
    },
  },
  {
    name: 'outage',
    hours: 30,
    script: async (day) => {
      await publish(day, 'M1');
      day.at(1.5, () => day.publisher.answer({status: 503, body: 'busy'}));
      day.at(28, () => day.publisher.answer(undefined));
    },
  },
  {
    name: 'expired-certificate',
    hours: 6,
    options: {publisher: {days: 0.25}},
    script: async (day) => {
      await publish(day, 'M1');
      day.at(2.5, () => day.publisher.show('expired'));
      day.at(3.5, () => day.publisher.show('own'));
    },
  },
  {
    name: 'expired-signer',
    hours: 9,
    options: {publisher: {days: 0.25}},
    script: (day) => publish(day, 'M1'),
  },
  {
    name: 'tls-interception',
    hours: 4,
    script: async (day) => {
      await publish(day, 'M1');
      day.publisher.show('intercepted');
      day.at(2.5, () => day.publisher.show('own'));
    },
  },
  {
    name: 'block',
    hours: 5,
    script: async (day) => {
      await publish(day, 'M1', 'M2');
      await blockIds(day.server, ['M02.1'], {...admin, stateDir: day.lab.stateDir, level: 'server'});
      // Blocking does not remove, and what is blocked and removed stays away.
      day.at(1.5, () => blockIds(day.server, ['M1'], {...admin, stateDir: day.lab.stateDir, level: 'server'}));
      day.at(2.5, () => rollBackByHand(day, 'M1'));
    },
  },
  {
    name: 'unblock',
    hours: 4,
    script: async (day) => {
      await publish(day, 'M1', 'M2');
      await blockIds(day.server, ['M2'], {...admin, stateDir: day.lab.stateDir, level: 'server'});
      day.at(1.5, () => unblockIds(day.server, ['M2'], {...admin, stateDir: day.lab.stateDir, level: 'server'}));
    },
  },
  {
    name: 'manual-removal',
    hours: 5,
    script: async (day) => {
      await publish(day, 'M1', 'M2');
      // In IIS Manager, past stopgap ...
      day.at(1.5, async () => {
        const text = await day.lab.read(wwwroot);
        await day.lab.write(wwwroot, text.replace(/<rewrite>.*?<\/rewrite>/s, ''));
      });
      // ... and by stopgap itself.
      day.at(2.5, () => rollBackByHand(day, 'M2'));
    },
  },
  {
    name: 'organization-off',
    hours: 5,
    settings: `organization: {file: ORGANIZATION}\n${auto}`,
    script: async (day) => {
      await day.organization('mitigationsEnabled: false\n');
      await publish(day, 'M1');
      // The share goes away: what was read last counts.
      day.at(1.5, () => rm(day.organizationFile));
      day.at(2.5, () => day.organization('mitigationsEnabled: true\n'));
    },
  },
  {
    name: 'server-off',
    hours: 4,
    settings: `mitigationsEnabled: false\n${auto}`,
    script: async (day) => {
      await publish(day, 'M1');
      day.at(2.5, () => day.settings(auto));
    },
  },
  {
    name: 'cu-install',
    hours: 8,
    script: async (day) => {
      await publish(day, 'M1', 'M2');
      day.at(1.5, async () => {
        // Setup has begun, and has replaced the files before it is done.
        await describeServer(day, {setupBlockers: [{code: 'SETUP.RUNNING', evidence: 'ExSetup.exe runs'}]});
        cumulativeUpdate(day.lab.dir, new Date(), {build: '15.2.1258.12', dropLocations: true});
      });
      day.at(4.5, () => describeServer(day, {setupBlockers: []}));
      // Setup has switched it on again.
      day.at(5.5, () => day.server.commands.run(sc('stop', 'MSExchangeMitigation'), {timeoutMs: 60_000}));
    },
  },
  {
    name: 'awaiting-approval',
    hours: 1,
    settings: `approvals: 2\nautoApproved: [M2]\n${auto}`,
    script: (day) => publish(day, 'M1', 'M2'),
  },
  {
    name: 'window-and-approval',
    hours: 20,
    settings:
      'approvals: 1\nwindows: [{name: night, days: [tue], opens: "22:00", lasts: 4h, timeZone: UTC}]\nagent: {mode: window, feed: "FEED", profiles: [acme], jitter: 0s}\n',
    script: async (day) => {
      await publish(day, 'M1');
      day.at(2.5, async () => {
        const waits = (await readMemory(day.lab.stateDir)).waiting['M1'];
        const plan = planSchema.parse(JSON.parse(await day.text(waits?.file ?? '')));
        await approvePlan(plan, day.server, {...admin, comment: '', stateDir: day.lab.stateDir});
      });
    },
  },
  {
    name: 'unhealthy-after-the-window',
    hours: 20,
    settings:
      'windows: [{name: night, days: [tue], opens: "22:00", lasts: 4h, timeZone: UTC}]\nagent: {mode: window, feed: "FEED", profiles: [acme], jitter: 0s, settle: 10m, confirmWithin: 30m}\n',
    script: async (day) => {
      await publish(day, 'M1');
      // Between the end of the run and its confirm.
      day.at(14.05, async () => {
        await day.server.commands.run(appcmd('stop', 'apppool', '/apppool.name:MSExchangeOWAAppPool'), {
          timeoutMs: 60_000,
        });
      });
    },
  },
  {
    name: 'two-writers',
    hours: 5,
    options: {emService: true},
    script: async (day) => {
      await publish(day, 'M1', 'M2');
      // As an administrator silences the EM service for one of them.
      day.at(1.5, () =>
        describeServer(day, {
          exchangeSettings: {
            organization: {mitigationsEnabled: true},
            server: {
              mitigationsEnabled: true,
              mitigationsBlocked: ['M1.1'],
              mitigationsApplied: [],
              internetWebProxy: null,
              dataCollectionEnabled: false,
            },
          },
        }),
      );
      day.at(3.5, () => day.server.commands.run(sc('stop', 'MSExchangeMitigation'), {timeoutMs: 60_000}));
    },
  },
  {
    name: 'signal',
    hours: 3,
    options: {publisher: {dialect: 'microsoft'}},
    script: async (day) => {
      const unknown = {...(await heartbeat()), id: 'M3', description: 'Mitigation of something that nobody here knows'};
      day.publisher.publish([await heartbeat(), await catalogued('M1'), unknown], day.now());
    },
  },
  {
    name: 'one-refused',
    hours: 3,
    script: async (day) => {
      // Somebody wrote a rule of that name that does something else.
      const text = await day.lab.read(wwwroot);
      const rule =
        '<rewrite><rules><rule name="stopgap M1.1 PowerShell - inbound"><match url="^nothing$" /><action type="None" /></rule></rules></rewrite>';
      await day.lab.write(wwwroot, text.replace('<system.webServer>', `<system.webServer>${rule}`));
      await publish(day, 'M1', 'M2');
    },
  },
  {
    name: 'run-fails',
    hours: 29,
    script: async (day) => {
      await publish(day, 'M1');
      for (const hour of [0, 1, 2, 3]) {
        day.at(hour, () => {
          for (let count = 0; count < 10; count++) armFault(day.lab.dir, new Date(), {name: 'access-denied', at: 1});
        });
      }
      day.at(4, () => clearFaults(day.lab.dir, new Date(), undefined));
    },
  },
  {
    name: 'maintenance',
    hours: 4,
    script: async (day) => {
      await describeServer(day, {maintenanceMode: 'ServerWideOffline is Inactive'});
      await publish(day, 'M1');
      day.at(2.5, () => describeServer(day, {maintenanceMode: undefined}));
    },
  },
];

test.each(days)('$name', async ({name, options, settings = auto, hours, script}) => {
  const day = await openDay(options);
  await day.settings(settings);
  await script(day);
  await day.until(hours);
  const golden = (file: string): string => `golden/${name}/${file}`;
  await expect(occurrencesOf(day)).toMatchFileSnapshot(golden('occurrences.txt'));
  await expect(await journalOf(day)).toMatchFileSnapshot(golden('journal.txt'));
  await expect(await statusTextOf(day)).toMatchFileSnapshot(golden('status.txt'));
});
