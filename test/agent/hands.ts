import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {canonicalJson} from '../../src/kit/canonical-json.ts';
import {rollBack} from '../../src/operations/take-back.ts';
import {readDescription} from '../../src/server/sandbox/description.ts';
import type {ServerJson} from '../../src/server/server-json.ts';
import type {Day} from './day.ts';

/* What people do while an agent looks after their server. */

/** Changes what server.json says. */
export const describeServer = (day: Day, changed: Partial<ServerJson>): void =>
  writeFileSync(join(day.lab.dir, 'server.json'), canonicalJson({...readDescription(day.lab.dir), ...changed}));

export const rollBackByHand = (day: Day, target: string): Promise<unknown> =>
  rollBack(day.server, {
    choice: {target, all: false, exact: false, fromBackup: false, accept: []},
    stateDir: day.lab.stateDir,
    now: day.now(),
    kind: 'rollback',
    by: 'ACME\\admin',
    reason: 'change 4712',
    onEvent: () => undefined,
  });
