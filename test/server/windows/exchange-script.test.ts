import {expect, test} from 'vitest';
import {exchangeScript, parseExchangeReport} from '../../../src/server/windows/exchange-script.ts';

const answer = {
  organizationEnabled: true,
  serverEnabled: false,
  blocked: ['M1'],
  applied: ['PING1', 'M2.1'],
  proxy: 'http://proxy.contoso.com:8080/',
  dataCollection: true,
  serverWideOffline: 'Active',
};

test('what Exchange says is taken as it is', () => {
  expect(parseExchangeReport(`Welcome to the shell\r\n${JSON.stringify(answer)}\r\n`)).toEqual({
    known: true,
    settings: {
      organization: {mitigationsEnabled: true},
      server: {
        mitigationsEnabled: false,
        mitigationsBlocked: ['M1'],
        mitigationsApplied: ['PING1', 'M2.1'],
        internetWebProxy: 'http://proxy.contoso.com:8080/',
        dataCollectionEnabled: true,
      },
    },
    maintenance: undefined,
  });
});

test('a server that is taken out of service is in maintenance', () => {
  const offline = parseExchangeReport(JSON.stringify({...answer, serverWideOffline: 'Inactive', proxy: ''}));
  expect(offline).toMatchObject({known: true, maintenance: 'Exchange says that ServerWideOffline is Inactive'});
  expect(offline).toMatchObject({settings: {server: {internetWebProxy: null}}});
});

test('values that an older Exchange does not have are not told', () => {
  const old = {
    ...answer,
    organizationEnabled: null,
    serverEnabled: null,
    dataCollection: null,
    blocked: [],
    applied: [],
  };
  expect(parseExchangeReport(JSON.stringify(old))).toMatchObject({
    settings: {
      organization: {mitigationsEnabled: null},
      server: {mitigationsEnabled: null, dataCollectionEnabled: null},
    },
  });
});

test('an error of the script is the reason, in the language of the server', () => {
  const message = 'Das Snap-In "Microsoft.Exchange…" wurde nicht gefunden.';
  expect(parseExchangeReport(JSON.stringify({error: message}))).toEqual({known: false, why: message});
});

test.each(['', 'no json', '{"half":', '{"organizationEnabled":"yes"}', '[]'])('%j is not understood', (output) => {
  expect(parseExchangeReport(output)).toEqual({known: false, why: 'the answer of powershell.exe is not understood'});
});

test('the script only reads', () => {
  const verbs = [...exchangeScript.matchAll(/\b([A-Z]\w+)-[A-Z]\w+/g)].map(([, verb]) => verb);
  expect(verbs).toContain('Get');
  expect(verbs.filter((verb) => !['Get', 'Add', 'ConvertTo', 'ForEach', 'Where'].includes(verb ?? ''))).toEqual([]);
});
