import type {Happening} from '../../../src/agent/happening.ts';

/* One of each, and each way that the words differ. The compiler holds that no kind is forgotten. */

const at = '2026-11-22T04:00:00.000Z';
const planId = 'c0ffee'.repeat(10).padEnd(64, '0');
const file = 'C:\\ProgramData\\stopgap\\plans\\M1.json';
const waits = {ids: ['M1', 'M2'], planId, file, preview: '  1 +   rule "stopgap M1.1"'} as const;
const broke = {ids: ['M1'], code: 'APPLY.STEP_FAILED', message: 'appcmd.exe ended with 1168'} as const;

const byKind: {readonly [K in Happening['is']]: readonly Omit<Extract<Happening, {is: K}>, 'is'>[]} = {
  started: [
    {mode: 'observe', version: '0.1.0', firstCheck: at, afterCrash: false},
    {mode: 'auto', version: '0.1.0', firstCheck: at, afterCrash: true},
  ],
  stopped: [{reason: 'the service was stopped'}],
  'check-started': [{cause: 'schedule'}, {cause: 'asked'}, {cause: 'missed'}, {cause: 'window'}],
  'check-finished': [
    {nextCheck: at, durationMs: 1234},
    {nextCheck: null, durationMs: 1234},
  ],
  'feed-accepted': [
    {source: 'https://feed.example', digest: planId, version: '1.0.4', fresh: true, ids: ['PING1', 'M1']},
    {source: 'https://feed.example', digest: planId, version: '1.0.4', fresh: false, ids: []},
  ],
  'feed-failed': [
    {
      source: 'https://feed.example',
      code: 'FEED.UNREACHABLE',
      message: 'it cannot be reached',
      inARow: 1,
      lastSuccess: null,
    },
    {source: 'https://feed.example', code: 'FEED.REPLAY', message: 'it is older', inARow: 7, lastSuccess: at},
  ],
  'feed-stale': [
    {because: 'no-fetch', since: at},
    {because: 'same-answer', since: at},
  ],
  'mitigation-published': [
    {id: 'M1', description: 'Mitigation of CVE-2022-41040', catalogue: true},
    {id: 'M9', description: "It's new.", catalogue: false},
  ],
  'plan-waiting': [
    {...waits, waiting: {for: 'person', because: 'observe'}},
    {...waits, waiting: {for: 'person', because: 'signal'}},
    {...waits, waiting: {for: 'person', because: 'local-catalogue'}},
    {...waits, waiting: {for: 'approval', have: 1, need: 2}},
    {...waits, waiting: {for: 'window', opens: at}},
    {...waits, waiting: {for: 'window', opens: null}},
    {...waits, waiting: {for: 'enabled', by: 'organization'}},
    {...waits, waiting: {for: 'enabled', by: 'server'}},
    {...waits, waiting: {for: 'one-writer'}},
    {...waits, waiting: {for: 'order', run: 'r3', because: 'interrupted'}},
    {...waits, waiting: {for: 'order', run: 'r3', because: 'not-restored'}},
    {...waits, waiting: {for: 'confirm', run: 'r3'}},
    {...waits, waiting: {for: 'server', because: 'maintenance-mode', evidence: 'ServerWideOffline is Inactive'}},
    {...waits, waiting: {for: 'server', because: 'exchange-setup', evidence: 'ExSetup.exe runs'}},
  ],
  blocked: [{id: 'M1', by: 'M1 (organization)'}],
  applied: [{ids: ['M1', 'M2'], planId, run: 'r3'}],
  failed: [
    {...broke, run: null, mustDo: []},
    {...broke, ids: [], run: null, mustDo: []},
    {...broke, run: 'r3', mustDo: []},
    {...broke, run: 'r3', mustDo: ['Start MSExchangeHM by hand', 'Run stopgap recover']},
  ],
  'rolled-back': [{run: 'r3', by: 'r4', reason: 'not confirmed in time'}],
  obsolete: [{id: 'M1', build: '15.2.1118.20', reason: 'it has the fix'}],
  drifted: [
    {id: 'M1', status: 'Missing', reason: 'its rule is gone'},
    {id: 'M1', status: 'Broken', reason: 'IIS answers 500.19 for Default Web Site/owa'},
  ],
  'trust-ending': [
    {what: 'The certificate of the signer', ends: at, blindFrom: null},
    {what: 'The last issuer that Microsoft is known by', ends: at, blindFrom: at},
  ],
  'two-writers': [{id: 'M1', evidence: 'MSExchangeMitigation runs'}],
  'settings-trouble': [
    {code: 'SETTINGS.ORGANIZATION_UNREADABLE', message: '\\\\share\\settings.yaml cannot be read', using: 'copy'},
    {code: 'SETTINGS.INVALID', message: 'settings.yaml:4:1: approvals: too big', using: 'observe'},
  ],
  unfinished: [
    {run: 'r3', recovered: true, message: 'its one step was taken back', ids: []},
    {run: 'r3', recovered: false, message: 'a file was changed by somebody else', ids: []},
    {run: 'r3', recovered: false, message: 'sc.exe start Spooler: exit code 1053', ids: ['M1', 'M2']},
  ],
};

const listed = Object.entries(byKind).flatMap(([is, cases]) => cases.map((one) => ({is, ...one})));
// Object.entries forgets which key a value stands under; the type of `byKind` has said it.
export const happenings = listed as readonly Happening[];
