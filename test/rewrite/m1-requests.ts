import {abortRule, siteLevel} from './support.ts';

/* The five versions of M1 that were published in eight days (facts of the history of EOMTv2), and the requests to hold against them. */

const plainUri = '{REQUEST_URI}';
const decodedUri = '{UrlDecode:{REQUEST_URI}}';

export interface PublishedVersion {
  readonly date: string;
  readonly input: string;
  readonly pattern: string;
}

export const m1Versions: readonly PublishedVersion[] = [
  {date: '30 September 2022', input: plainUri, pattern: '.*autodiscover\\.json.*\\@.*Powershell.*'},
  {date: '3 October 2022', input: plainUri, pattern: '.*autodiscover\\.json.*Powershell.*'},
  {date: '5 October 2022', input: '{UrlDecode: {REQUEST_URI}}', pattern: '.*autodiscover\\.json.*Powershell.*'},
  {date: '6 October 2022', input: decodedUri, pattern: '.*autodiscover\\.json.*Powershell.*'},
  {date: '7 October 2022', input: decodedUri, pattern: '(?=.*autodiscover)(?=.*powershell)'},
];

export const levelOfVersion = ({input, pattern}: PublishedVersion): ReturnType<typeof siteLevel> =>
  siteLevel(abortRule(input, pattern));

/** What it is, the request, and the first version that blocks it; 5: none does. */
export const m1Attacks: readonly (readonly [what: string, url: string, blockedFrom: number])[] = [
  [
    'the first attack seen',
    '/autodiscover/autodiscover.json?@evil.example/owa/&Email=autodiscover/autodiscover.json%3f@evil.example&Protocol=XYZ&FooProtocol=Powershell',
    0,
  ],
  [
    'the path of ProxyShell',
    '/autodiscover/autodiscover.json?@evil.example/powershell/?X-Rps-CAT=x&Email=autodiscover/autodiscover.json%3F@evil.example',
    0,
  ],
  [
    'the path of ProxyShell, to the mailbox store',
    '/autodiscover/autodiscover.json?@evil.example/mapi/nspi/?&Email=autodiscover/autodiscover.json%3F@evil.example',
    5,
  ],
  ['another letter case', '/AutoDiscover/AutoDiscover.JSON?a@b.c/POWERSHELL', 0],
  ['the @ encoded, which the first version needs as it is', '/autodiscover/autodiscover.json?a%40b.c/powershell', 1],
  ['no @ at all', '/autodiscover/autodiscover.json?a/powershell', 1],
  ['a letter encoded, which needs decoding', '/autodiscover/autodiscover.json?a@b.c&Protocol=%50owershell', 2],
  ['all letters of a word encoded', '/autodiscover/autodiscover.json?a@b.c/%70%6F%77%65%72%73%68%65%6C%6C', 2],
  ['a letter of the folder encoded, none of the file', '/%61utodiscover/autodiscover.json?a@b.c/powershell', 0],
  ['the dot encoded', '/autodiscover/autodiscover%2ejson?a@b.c/powershell', 2],
  ['the words in the other order', '/powershell/?a=autodiscover/autodiscover.json', 4],
  ['without the file', '/autodiscover/?a@b.c/powershell', 4],
  ['another file of Autodiscover', '/autodiscover/autodiscover.xml?a@b.c/powershell', 4],
  [
    'a letter encoded twice, which one decoding leaves',
    '/autodiscover/autodiscover.json?a@b.c&Protocol=%2550owershell',
    5,
  ],
  ['through another application (OWASSRF)', '/owa/jane%40mail.example/powershell', 5],
];

export const ordinaryRequests: readonly string[] = [
  '/owa/',
  '/owa/auth/logon.aspx?replaceCurrent=1&url=https%3a%2f%2fmail.example%2fowa%2f',
  '/owa/service.svc?action=GetConversationItems&UA=0&CorrelationID=1_1',
  '/owa/calendar/jane@mail.example/Calendar/calendar.html',
  '/ecp/?rfr=owa',
  '/ecp/DDI/DDIService.svc/GetList?schema=MailboxFolder',
  '/EWS/Exchange.asmx',
  '/Microsoft-Server-ActiveSync/default.eas?Cmd=Ping&User=jane&DeviceId=AB12&DeviceType=iPad',
  '/mapi/emsmdb/?MailboxId=6d6a2c8e-0000-4000-8000-000000000000@mail.example',
  '/mapi/nspi/?mailboxId=6d6a2c8e-0000-4000-8000-000000000000@mail.example',
  '/rpc/rpcproxy.dll?mail.example:6001',
  '/OAB/6d6a2c8e-0000-4000-8000-000000000000/oab.xml',
  '/autodiscover/autodiscover.xml',
  '/autodiscover/autodiscover.json?Email=jane%40mail.example&Protocol=AutodiscoverV1&RedirectCount=1',
  '/PowerShell/?serializationLevel=Full;clientApplication=ManagementShell',
  '/',
];
