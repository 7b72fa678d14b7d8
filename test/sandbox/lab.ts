import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import type {CommandResult} from '../../src/server/command.ts';
import {createSandbox} from '../../src/server/sandbox/create.ts';
import {descriptionFile} from '../../src/server/sandbox/description.ts';
import {openDisk} from '../../src/server/sandbox/disk.ts';
import {armFault} from '../../src/server/sandbox/faults.ts';
import {type SimulatedAnswer, serve} from '../../src/server/sandbox/http/serve.ts';
import {openSandbox} from '../../src/server/sandbox/open.ts';
import type {FaultName} from '../../src/server/sandbox/runtime-json.ts';
import type {Server} from '../../src/server/server.ts';
import type {ServerJson} from '../../src/server/server-json.ts';

export const fixture = (name: string): string => join(import.meta.dirname, '../../fixtures/iis/servers', name);
export const shared = join(import.meta.dirname, '../../../shared/real');

export const applicationHost = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';
export const siteConfig = 'C:\\inetpub\\wwwroot\\web.config';
export const owaConfig = 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\web.config';

export interface Lab {
  readonly dir: string;
  readonly server: Server;
  appcmd(...args: readonly string[]): Promise<CommandResult>;
  sc(...args: readonly string[]): Promise<CommandResult>;
  read(path: string): string;
  bytes(path: string): Uint8Array;
  write(path: string, text: string | Uint8Array): void;
  describe(change: (description: ServerJson) => Partial<ServerJson>): void;
  fault(name: FaultName, at?: number): void;
  request(url: string, more?: {site?: string; method?: string; headers?: Record<string, string>}): SimulatedAnswer;
}

interface LabOptions {
  readonly from?: string;
  /** Starts the programs as processes, as in earnest. */
  readonly processes?: boolean;
}

/** A sandbox of its own for one test, gone when the test is over. */
export const makeLab = async ({
  from = fixture('exchange2019-cu12'),
  processes = false,
}: LabOptions = {}): Promise<Lab> => {
  const root = mkdtempSync(join(tmpdir(), 'stopgap-lab-'));
  onTestFinished(() => rmSync(root, {recursive: true, force: true}));
  const dir = join(root, 'lab');
  await createSandbox(dir, {from});
  const server = await openSandbox(dir, {inProcess: !processes});
  const disk = openDisk(dir);
  const run = (tool: 'appcmd.exe' | 'sc.exe', args: readonly string[]) =>
    server.commands.run({tool, args}, {timeoutMs: 20_000});
  const bytes = (path: string): Uint8Array => disk.read(path) ?? new Uint8Array();
  return {
    dir,
    server,
    appcmd: (...args) => run('appcmd.exe', args),
    sc: (...args) => run('sc.exe', args),
    bytes,
    read: (path) => new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes(path)),
    write: (path, text) => disk.write(path, typeof text === 'string' ? Buffer.from(text) : text),
    describe: (change) => {
      const description: ServerJson = JSON.parse(readFileSync(descriptionFile(dir), 'utf8'));
      writeFileSync(descriptionFile(dir), JSON.stringify({...description, ...change(description)}));
    },
    fault: (name, at = 1) => armFault(dir, new Date(), {name, at}),
    request: (url, {site = 'Default Web Site', method = 'GET', headers = {}} = {}) =>
      serve(dir, new Date(), {site, request: {method, url, headers, protocol: 'http', host: 'localhost'}}),
  };
};

export const rules = '/section:system.webServer/rewrite/rules';
export const outboundRules = '/section:system.webServer/rewrite/outboundRules';

/** One command that adds a rule which drops what looks like an attack on PowerShell through Autodiscover. */
export const addM1 = (name = 'stopgap M1.1 PowerShell - inbound'): readonly string[] => [
  'set',
  'config',
  'Default Web Site',
  rules,
  `/+[name='${name}',stopProcessing='true']`,
  `/[name='${name}'].match.url:.*`,
  `/+[name='${name}'].conditions.[input='{UrlDecode:{REQUEST_URI}}',pattern='(?=.*autodiscover)(?=.*powershell)']`,
  `/[name='${name}'].action.type:AbortRequest`,
];

/** One command that adds a precondition and an outbound rule for the header of OWA's pages. */
export const addM2 = (...more: readonly string[]): readonly string[] => [
  'set',
  'config',
  'Default Web Site/owa',
  outboundRules,
  "/+preConditions.[name='P',logicalGrouping='MatchAll',patternSyntax='ECMAScript']",
  "/+preConditions.[name='P'].[input='{RESPONSE_CONTENT_TYPE}',pattern='^text/html']",
  "/+[name='R',preCondition='P',patternSyntax='ECMAScript',stopProcessing='false']",
  "/[name='R'].match.serverVariable:RESPONSE_Content_Security_Policy",
  "/[name='R'].match.pattern:(.*)",
  "/[name='R'].action.type:Rewrite",
  "/[name='R'].action.value:{R:1}; script-src-attr 'none'",
  ...more,
];
