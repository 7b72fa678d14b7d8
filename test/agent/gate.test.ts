import {describe, expect, test} from 'vitest';
import {type GateQuestion, gate} from '../../src/agent/gate.ts';
import type {Standing} from '../../src/operations/agent/standing.ts';
import {agentDefaults} from '../../src/operations/settings/agent.ts';
import type {Settings} from '../../src/operations/settings/effective.ts';

/*
 * The table of the agent: who may apply what, and what everything else waits for. The rows that it shares with the EM
 * service are those of MitigationsEnabled.
 */

const settings = (mode: Settings['agent']['mode'], enabled = {organization: true, server: true}): Settings => ({
  mitigationsEnabled: enabled,
  mitigationsBlocked: [],
  windows: [],
  freeze: [],
  approvals: [],
  requireReason: false,
  urgent: [],
  proxy: undefined,
  agent: {...agentDefaults, mode},
  notification: undefined,
  diagnostics: undefined,
  organization: {is: 'none'},
});

const standing: Standing = {
  id: 'M1',
  description: 'a mitigation',
  actions: [{id: 'M1.1'}],
  origin: 'feed',
  status: 'Not applied',
  changed: false,
  reason: '',
  known: undefined,
};

const until = new Date('2026-12-01T10:00:00Z');
const open = {is: 'open', name: 'night', until} as const;
const closed = {is: 'closed', next: undefined} as const;

const question = (asked: Partial<GateQuestion>): GateQuestion => ({
  settings: settings('auto'),
  circumstances: {busy: undefined, emService: undefined},
  disorder: undefined,
  pendingConfirms: [],
  approvals: {have: 0, need: 0},
  window: open,
  ...asked,
});

describe.each(['observe', 'window', 'auto'] as const)('mode %s', (mode) => {
  test.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('organization %s, server %s', (organization, server) => {
    const verdict = gate(standing, question({settings: settings(mode, {organization, server})}));
    if (!organization) return expect(verdict).toEqual({wait: {for: 'enabled', by: 'organization'}});
    if (!server) return expect(verdict).toEqual({wait: {for: 'enabled', by: 'server'}});
    return expect(verdict).toEqual(mode === 'observe' ? {wait: {for: 'person', because: 'observe'}} : {apply: mode});
  });

  test('never applies what a publisher only announces, or what only the books know', () => {
    for (const [origin, because] of [
      ['signal', 'signal'],
      ['books', 'local-catalogue'],
    ] as const) {
      const verdict = gate({...standing, origin}, question({settings: settings(mode)}));
      expect(verdict).toEqual({wait: {for: 'person', because}});
    }
  });
});

describe('what is waited for', () => {
  const emService = {evidence: 'service MSExchangeMitigation is RUNNING', blocked: ['M2']};

  const disorder = {for: 'order', run: 'r7', because: 'not-restored'} as const;

  test.each<[string, Partial<GateQuestion>, unknown]>([
    ['approval', {approvals: {have: 1, need: 2}}, {for: 'approval', have: 1, need: 2}],
    ['a window, in mode window', {settings: settings('window'), window: closed}, {for: 'window', opens: null}],
    [
      'a window, where none is configured',
      {settings: settings('window'), window: {is: 'none'}},
      {for: 'window', opens: null},
    ],
    ['one writer', {circumstances: {busy: undefined, emService}}, {for: 'one-writer'}],
    [
      'the end of setup, before the other writer',
      {circumstances: {busy: {because: 'exchange-setup', evidence: 'ExSetup.exe runs'}, emService}},
      {for: 'server', because: 'exchange-setup', evidence: 'ExSetup.exe runs'},
    ],
    [
      'a run that is half done, before everything that passes by itself',
      {disorder, circumstances: {busy: {because: 'exchange-setup', evidence: 'ExSetup.exe runs'}, emService}},
      disorder,
    ],
    ["a person's confirm", {pendingConfirms: [{run: 'r7'}]}, {for: 'confirm', run: 'r7'}],
  ])('%s', (_, asked, waiting) => {
    expect(gate(standing, question(asked))).toEqual({wait: waiting});
  });

  test('nothing, where the EM service is told to leave it alone', () => {
    expect(gate({...standing, id: 'M2', actions: []}, question({circumstances: {busy: undefined, emService}}))).toEqual(
      {
        apply: 'auto',
      },
    );
  });

  test('nothing, where the EM service never publishes such an id', () => {
    const own = {...standing, id: 'ACME-7', actions: []};
    expect(gate(own, question({circumstances: {busy: undefined, emService}}))).toEqual({apply: 'auto'});
  });

  test('no window in mode auto, nor for what is urgent', () => {
    expect(gate(standing, question({window: closed}))).toEqual({apply: 'auto'});
    expect(gate(standing, question({settings: settings('window'), window: {is: 'urgent'}}))).toEqual({apply: 'window'});
  });
});
