import type {AttackSign} from '../rewrite/logs/replay-rules.ts';

/*
 * What is known in public of attacks on Exchange, and what no ordinary client does. Signs, not proofs: they only sort what
 * a rule would block into what a defender wants to see first and what a user might miss.
 */

export const attackSigns: readonly AttackSign[] = [
  {
    name: 'letters or digits are percent-encoded',
    in: 'url',
    pattern: /%(?:3[0-9]|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a])/i,
  },
  {name: 'characters are encoded twice', in: 'url', pattern: /%25[0-9a-f]{2}/i},
  {
    name: 'another endpoint behind autodiscover.json and a mail address (ProxyShell, ProxyNotShell)',
    in: 'decoded-url',
    pattern: /autodiscover\.json[^ ]*@[^ ]*(?:powershell|mapi|ews|owa|ecp|autodiscover)/is,
  },
  {
    name: 'both words of the ProxyNotShell attack in a path of Autodiscover',
    in: 'decoded-url',
    pattern: /^\/autodiscover\b.*powershell/is,
  },
  {name: 'a token for remote PowerShell in the URL', in: 'decoded-url', pattern: /x-rps-cat=/i},
  {
    name: 'PowerShell reached through a mailbox path of Outlook on the web (OWASSRF)',
    in: 'decoded-url',
    pattern: /^\/owa\/[^/?]*@[^/?]*\/powershell/i,
  },
  {name: 'the path climbs to a parent folder', in: 'decoded-url', pattern: /(?:^|[/\\])\.\.(?:[/\\]|$)/},
  {name: 'a control character', in: 'decoded-url', pattern: /[\u0000-\u001f]/},
  {
    name: 'a cookie that names a back end (ProxyLogon)',
    in: 'headers',
    pattern: /X-AnonResource-Backend|X-BEResource=[^;]*\/[^;]*~/i,
  },
];

/**
 * What Exchange's front end appends to the logged query: `&CorrelationID=<empty>;&ClientId=...&cafeReqId=<guid>;`. Only
 * values that can hide nothing but an opaque number are taken off.
 */
export const appendedByExchange =
  /&CorrelationID=(?:<empty>|[0-9a-f-]{8,64});(?:&(?:ClientId|ClientRequestId|cafeReqId|encoding)=(?:<empty>|[0-9A-Za-z-]*);?)*$/i;
