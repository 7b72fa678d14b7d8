import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {PlanBody} from '../../src/plan/model.ts';
import {planBody} from '../../src/plan/model.ts';
import {refusingFindings} from '../../src/plan/refusals.ts';
import {lineWith} from '../support/application-host.ts';
import {
  applicationHostPath,
  fixtureServer,
  hasRealTree,
  type MemoryServer,
  realServer,
} from '../support/memory-server.ts';
import {addedLines, findingsOf, planFor, troubles} from '../support/planning.ts';

/*
 * The published mitigations on Exchange servers: our fixtures, and the real tree of an Exchange 2019 server where it is
 * at hand.
 */

const root = 'C:\\inetpub\\wwwroot\\web.config';
const owaFolder = 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa';
const sameFile = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

interface Subject {
  readonly name: string;
  readonly there: boolean;
  readonly server: () => MemoryServer;
}

const servers: readonly Subject[] = [
  {name: 'exchange2019-cu12', there: true, server: () => fixtureServer('exchange2019-cu12')},
  {name: 'the real Exchange 2019 tree', there: hasRealTree, server: () => realServer()},
];

const m1Lines = [
  '<rule name="stopgap M1.1 PowerShell - inbound" stopProcessing="true">',
  '    <match url=".*" />',
  '    <conditions>',
  '        <add input="{UrlDecode:{REQUEST_URI}}" pattern="(?=.*autodiscover)(?=.*powershell)" />',
  '    </conditions>',
  '    <action type="AbortRequest" />',
  '</rule>',
];

describe.each(servers)('$name', ({there, server}) => {
  describe.skipIf(!there)('M1', () => {
    test('is one rule in the web.config of the web root', async () => {
      const body = await planFor(server(), ['M1']);
      expect(body.mitigations.map(({status}) => status)).toEqual(['planned']);
      expect(body.steps.map(({id}) => id)).toEqual(['rewrite/M1.1/rules/add']);
      expect(body.predicted).toHaveLength(1);
      expect(sameFile(body.predicted[0]?.file, root)).toBe(true);
      // The published pattern is searched anew at every place of the URL; that is known and accepted by its publisher.
      expect(troubles(body).map(({code, severity}) => [severity, code])).toEqual([['warn', 'REWRITE.SUPERLINEAR']]);
    });

    test('reads in the diff as IIS would write it: four blanks a level', async () => {
      const added = addedLines((await planFor(server(), ['M1'])).predicted[0]?.diff ?? '');
      const start = added.findIndex((line) => line.includes('<rule '));
      expect(added.slice(start, start + m1Lines.length)).toEqual(m1Lines.map((line) => `${' '.repeat(16)}${line}`));
    });

    test('reloads every application of the front end and none of the back end', async () => {
      const {reloads} = (await planFor(server(), ['M1'])).steps[0] ?? {reloads: []};
      expect(reloads).toEqual(
        expect.arrayContaining(['Default Web Site/', 'Default Web Site/owa', 'Default Web Site/ecp']),
      );
      expect(reloads.filter((name) => name.startsWith('Exchange Back End'))).toEqual([]);
    });
  });

  describe.skipIf(!there)('M2', () => {
    const m2 = (place?: 'web.config' | 'apphost'): Promise<PlanBody> => {
      // A build that M2 is for; the files are the same.
      const affected = server().with({build: '15.2.1544.4'});
      return planFor(affected, ['M2'], place ? {options: {place}} : {});
    };

    test('goes into the location that applicationHost.config has already', async () => {
      const body = await m2();
      expect(body.predicted).toHaveLength(1);
      const [{file, diff} = {file: '', diff: ''}] = body.predicted;
      expect(sameFile(file, applicationHostPath)).toBe(true);
      const added = addedLines(diff);
      expect(added.filter((line) => line.includes('<location'))).toEqual([]);
      expect(added.filter((line) => line.includes('stopgap M2.1'))).toHaveLength(2);
      expect(troubles(body)).toEqual([]);
    });

    test('a note names the applications that share the web.config', async () => {
      const found = findingsOf(await m2(), 'IIS.SHARED_PATH');
      expect(found).toMatchObject([{severity: 'note', concerns: ['M2']}]);
      for (const name of ['Calendar', 'Integrated', 'oma'])
        expect(found[0]?.message).toContain(`Default Web Site/owa/${name}`);
    });

    test('forced into the web.config it would take three applications down: refused before anything is written', async () => {
      const body = await m2('web.config');
      expect(new Set(refusingFindings(body).map(({code}) => code))).toEqual(
        new Set(['IIS.SHARED_PATH', 'IIS.WOULD_BREAK']),
      );
      const broken = findingsOf(body, 'IIS.WOULD_BREAK');
      for (const name of ['Calendar', 'Integrated', 'oma']) {
        const about = broken.filter(({message}) =>
          message.startsWith(`Default Web Site/owa/${name} would answer 500.19`),
        );
        expect(about.map(({message}) => /of type '(\w+)'/.exec(message)?.[1]).sort()).toEqual(['preCondition', 'rule']);
      }
      expect(broken.every(({where}) => sameFile(where?.file, `${owaFolder}\\web.config`))).toBe(true);
      expect(broken.some(({message}) => message.startsWith('Default Web Site/owa would'))).toBe(false);
    });

    test('forced into applicationHost.config is the same plan but for the reason', async () => {
      const [free, forced] = [await m2(), await m2('apphost')];
      expect(forced.predicted).toEqual(free.predicted);
      expect(forced.options.place).toBe('apphost');
    });
  });

  test.skipIf(!there)(
    'M1 and M2 in one plan: two files, two steps, and the body reads back as it was written',
    async () => {
      const body = await planFor(server().with({build: '15.2.1118.7'}), ['M1', 'M2']);
      expect(body.steps).toHaveLength(2);
      expect(body.predicted).toHaveLength(2);
      expect(planBody.parse(JSON.parse(JSON.stringify(body)))).toEqual(body);
    },
  );
});

const eemsFile = join(import.meta.dirname, '../../../shared/real/configs/wwwroot.with-EEMS-M1.1.config');

describe.skipIf(!existsSync(eemsFile))('a web root in which the EM service, EOMT and a person have been', () => {
  const text = existsSync(eemsFile) ? readFileSync(eemsFile, 'utf8') : '';
  const plan = (): Promise<PlanBody> =>
    planFor(fixtureServer('exchange2019-cu12').with({files: {[root]: text}}), ['M1']);
  const names = ['EEMS M1.1 PowerShell - inbound', 'RequestBlockingRule1', 'PowerShell - inbound'];

  test('all three rules are named with their lines, whatever they are called', async () => {
    const found = findingsOf(await plan(), 'REWRITE.ALREADY_THERE');
    expect(found.map(({where}) => where?.line)).toEqual(names.map((name) => lineWith(text, `<rule name="${name}"`)));
    for (const [index, name] of names.entries()) expect(found[index]?.message).toContain(`"${name}"`);
  });

  test('nothing is proposed', async () => {
    const body = await plan();
    expect(body.steps).toEqual([]);
    expect(body.predicted).toEqual([]);
    expect(body.mitigations[0]).toMatchObject({status: 'in-place'});
    for (const name of names) expect(body.mitigations[0]?.reason).toContain(name);
  });
});

describe('May 2026: the EM service has written M2 into the web.config that four applications share', () => {
  const rule = `<system.webServer><rewrite><outboundRules>
<preConditions><preCondition name="EEMS M2.1 OWA SPA HTML shell - precondition" logicalGrouping="MatchAll" patternSyntax="ECMAScript">
  <add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html" />
  <add input="{REQUEST_URI}" pattern="^/owa/?($|\\?|default\\.aspx|projection\\.aspx|readingPane\\.aspx|popout\\.aspx)" />
</preCondition></preConditions>
<rule name="EEMS M2.1 OWA CSP - outbound" preCondition="EEMS M2.1 OWA SPA HTML shell - precondition" patternSyntax="ECMAScript" stopProcessing="false">
  <match serverVariable="RESPONSE_Content_Security_Policy" pattern="(.*)" /><action type="Rewrite" value="{R:1}; script-src-attr 'none'" />
</rule></outboundRules></rewrite></system.webServer>`;
  const plan = async (): Promise<PlanBody> => {
    const server = fixtureServer('exchange2019-cu12');
    const path = `${owaFolder}\\web.config`;
    const text = new TextDecoder()
      .decode(await server.readFile(path))
      .replace('</configuration>', `${rule}</configuration>`);
    return planFor(server.with({files: {[path]: text}, build: '15.2.1544.4'}), ['M2']);
  };

  test('the rule is recognised under its other name: nothing is added', async () => {
    const body = await plan();
    expect(body.steps).toEqual([]);
    expect(findingsOf(body, 'REWRITE.ALREADY_THERE')).toHaveLength(1);
  });

  test('and every application that it took down is named, which no state of the service says', async () => {
    const found = findingsOf(await plan(), 'IIS.BROKEN_ALREADY');
    const broken = found.map(({message}) => /^(\S.*) answers 500\.19 already/.exec(message)?.[1]);
    expect(new Set(broken)).toEqual(
      new Set(['Calendar', 'Integrated', 'oma'].map((name) => `Default Web Site/owa/${name}`)),
    );
  });
});

describe('builds', () => {
  test('a build that has the fix: asked for by name it is refused, from a feed it is only listed', async () => {
    const fixed = fixtureServer('exchange2019-cu12').with({build: '15.2.1118.20'});
    const byName = await planFor(fixed, ['M1']);
    expect(refusingFindings(byName).map(({code}) => code)).toEqual(['MITIGATION.NOT_APPLICABLE']);
    const byFeed = await planFor(fixed, ['M1'], {asked: 'by-feed'});
    expect(refusingFindings(byFeed)).toEqual([]);
    expect(byFeed.mitigations[0]).toMatchObject({
      status: 'not-applicable',
      reason: expect.stringContaining('15.2.1118.20'),
    });
    expect(byFeed.steps).toEqual([]);
  });

  test('a build that cannot be read is refused, also from a feed', async () => {
    const unreadable = fixtureServer('exchange2019-cu12').with({
      facts: {exchange: undefined, exchangeUnreadable: 'ExSetup.exe has no version'},
    });
    for (const asked of ['by-name', 'by-feed'] as const) {
      const body = await planFor(unreadable, ['M1'], {asked});
      expect(refusingFindings(body).map(({code}) => code)).toEqual(['EXCHANGE.BUILD_UNREADABLE']);
      expect(body.steps).toEqual([]);
    }
  });

  test('an Edge server has no client access to protect', async () => {
    const edge = fixtureServer('exchange2019-cu12').with({
      facts: {exchange: {build: '15.2.1118.7', buildSource: 'ExSetup.exe', role: 'edge'}},
    });
    expect((await planFor(edge, ['M1'], {asked: 'by-feed'})).mitigations[0]?.reason).toContain('edge');
  });

  test('the heartbeat of the feed changes nothing by design', async () => {
    const body = await planFor(fixtureServer('plain-iis'), ['PING1'], {asked: 'by-feed'});
    expect(body.steps).toEqual([]);
    expect(body.mitigations[0]).toMatchObject({id: 'PING1', status: 'nothing-to-do'});
  });
});

describe('secrets never reach the diff', () => {
  const secret = '[enc:IISWASOnlyAesProvider:c2VjcmV0IG9mIHRoZSBwb29s:enc]';

  test('a pool’s password next to the changed line is redacted, the change is still seen', async () => {
    const server = fixtureServer('exchange2019-cu8');
    const text = new TextDecoder().decode(await server.readFile(applicationHostPath));
    const eol = text.includes('\r\n') ? '\r\n' : '\n';
    const planted = text.replace(
      /(<add name="MSExchangeECPAppPool"[^>]*>)/,
      `$1${eol}                <processModel userName="CONTOSO\\svc" password="${secret}" />${eol}                <recycling sessionKey="0123456789" />`,
    );
    expect(planted).toContain(secret);
    const body = await planFor(server.with({files: {[applicationHostPath]: planted}}), ['CVE-2021-27065']);
    const [{diff} = {diff: ''}] = body.predicted;
    expect(diff).toContain('password="[redacted sha256:');
    const everything = JSON.stringify(body);
    expect(everything).not.toContain('c2VjcmV0');
    expect(everything).not.toContain('0123456789');
    expect(addedLines(diff)[0]).toContain('autoStart="false"');
  });
});
