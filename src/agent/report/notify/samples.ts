import {escapeLine} from '../../../kit/escape-control.ts';
import {sha256} from '../../../kit/hash.ts';
import type {Happening} from '../../happening.ts';
import {type Notice, sayingOf} from './notice.ts';

/* Made-up messages: one of each kind to look at, and one to try the channels with. */

const planId = sha256('sample');
const file = 'C:\\ProgramData\\stopgap\\plans\\M1.json';

const happenings = (at: string): readonly Happening[] => [
  {
    is: 'mitigation-published',
    id: 'M3',
    description: 'Mitigation of CVE-0000-0000 via a URL Rewrite configuration',
    catalogue: true,
  },
  {is: 'mitigation-published', id: 'M4', description: 'Mitigation of CVE-0000-0001', catalogue: false},
  {
    is: 'plan-waiting',
    ids: ['M1'],
    planId,
    file,
    waiting: {for: 'approval', have: 0, need: 1},
    preview:
      '  1 +   rule "stopgap M1.1 PowerShell - inbound" in C:\\inetpub\\wwwroot\\web.config\n  1 to add, 0 to change, 0 to remove; 0 disruptive',
  },
  {is: 'applied', ids: ['M1'], planId, run: 'r3'},
  {is: 'failed', ids: ['M1'], code: 'APPLY.STEP_FAILED', message: 'appcmd.exe ended with 1168', run: 'r3', mustDo: []},
  {
    is: 'failed',
    ids: ['M1'],
    code: 'APPLY.UNDO_FAILED',
    message: 'appcmd.exe ended with 183',
    run: 'r3',
    mustDo: ['Run stopgap recover on this server'],
  },
  {is: 'rolled-back', run: 'r3', by: 'r4', reason: 'not confirmed in time'},
  {is: 'obsolete', id: 'M1', build: '15.2.1118.20', reason: 'this build has the fix'},
  {is: 'drifted', id: 'M1', status: 'Missing', reason: 'its rule is gone from C:\\inetpub\\wwwroot\\web.config'},
  {is: 'unfinished', run: 'r3', recovered: false, message: 'the machine stopped during its second step', ids: []},
  {is: 'unfinished', run: 'r4', recovered: false, message: 'sc.exe start MSExchangeHM: exit code 1053', ids: ['M1']},
  {is: 'two-writers', id: 'M1', evidence: 'MSExchangeMitigation runs'},
  {is: 'feed-stale', because: 'no-fetch', since: at},
  {is: 'trust-ending', what: 'The certificate of the signer', ends: at, blindFrom: at},
  {
    is: 'settings-trouble',
    code: 'SETTINGS.INVALID',
    message: 'settings.yaml:4:1: approvals: too big',
    using: 'observe',
  },
];

export const sampleNotices = (now: Date, host = 'EX01'): readonly Notice[] => {
  const at = now.toISOString();
  return happenings(at).flatMap((what) => sayingOf({at, host, what})?.notice ?? []);
};

/** It says that it is a test wherever a person or a program may look. */
export const testNotice = (host: string, now: Date): Notice => {
  const at = now.toISOString();
  return {
    id: sha256(`test\n${host}\n${at}`).slice(0, 32),
    kind: 'test',
    severity: 'information',
    at,
    host,
    subject: `[stopgap ${escapeLine(host)}] TEST: nothing happened`,
    text: `This is a test of the notification of stopgap on ${escapeLine(host)}, sent by hand at ${at}.\nNothing happened, nothing was changed, and nothing is to be done.\n`,
    data: {test: true},
  };
};
