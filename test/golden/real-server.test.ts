import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {fixture, haveRealFiles, type Lab, makeLab, realFiles, warnWithoutRealFiles} from '../support/lab.ts';

/*
 * The tree of a real Exchange 2019 server (15.2.922.7, read from the folder names in its applicationHost.config) and a
 * web root in which the EM service and two other tools have written the rule of M1.
 */

warnWithoutRealFiles();

const webRoot = 'C:\\inetpub\\wwwroot\\web.config';
const hostConfig = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';
const realTree = join(realFiles, 'exchange2019');
const eemsWebRoot = (): Promise<string> => readFile(join(realFiles, 'configs/wwwroot.with-EEMS-M1.1.config'), 'utf8');

const emptyParentsStay: Parameters<typeof makeLab>[1] = {
  describe: (description) => ({...description, behaviour: {...description.behaviour, emptyParents: 'leave'}}),
};

/** The lines of the first rule, from <rewrite> to </rewrite>, under the name that is given. */
const rewriteLines = (text: string, name: string): readonly string[] => {
  const lines = text.split(/\r?\n/);
  const from = lines.findIndex((line) => line.trim() === '<rewrite>');
  const rule = lines.slice(from, lines.findIndex((line) => line.trim() === '</rule>') + 1);
  return [...rule.map((line) => line.replace(/<rule name="[^"]*"/, `<rule name="${name}"`)), '</rules>', '</rewrite>'];
};

const addedLines = (diff: string): string =>
  diff
    .split('\n')
    .filter((line) => /^\+(?!\+\+)/.test(line))
    .map((line) => line.slice(1))
    .join('\n');

describe.skipIf(!haveRealFiles)('M1 on a real Exchange 2019 server', () => {
  test('is one rule in the web root, and rollback gives back every byte of the tree', async () => {
    const lab = await makeLab(realTree);
    const before = await lab.tree();
    const plan = await lab.plan(['M1']);
    expect(plan.body.server).toEqual({
      exchangeBuild: '15.2.922.7',
      buildSource: 'folder names in applicationHost.config',
    });
    expect(plan.body.steps.map(({id, status, touches}) => ({id, status, touches}))).toEqual([
      {id: 'rewrite/M1.1/rules/add', status: 'to-do', touches: [webRoot]},
    ]);
    await lab.applied(plan);
    const applied = await lab.tree();
    const differing = Object.keys(before).filter((file) => applied[file] !== before[file]);
    expect(differing).toEqual(['inetpub/wwwroot/web.config']);
    expect((await lab.rollBack()).result.exitCode).toBe(0);
    expect(await lab.tree()).toEqual(before);
  });

  test('is every byte again after rollback --exact where the server leaves empty parents behind', async () => {
    const lab = await makeLab(realTree, emptyParentsStay);
    const before = await lab.tree();
    await lab.applied(await lab.plan(['M1']));
    await lab.rollBack({exact: true});
    expect(await lab.tree()).toEqual(before);
  });

  test('means the same after rollback without --exact where empty parents stay', async () => {
    const lab = await makeLab(realTree, emptyParentsStay);
    const before = await lab.read(webRoot);
    await lab.applied(await lab.plan(['M1']));
    await lab.rollBack();
    const after = await lab.read(webRoot);
    expect(after).not.toBe(before);
    expect(after).not.toContain('<rule ');
    expect((await lab.server.prober.get('Default Web Site', '/owa/')).status).toBe(200);
  });

  test('writes the lines that the EM service wrote, in the prediction and in the simulator', async () => {
    const expected = rewriteLines(await eemsWebRoot(), 'stopgap M1.1 PowerShell - inbound').map((line) => line.trim());
    const indented = rewriteLines(await eemsWebRoot(), 'stopgap M1.1 PowerShell - inbound').slice(0, -2);
    const lab = await makeLab(realTree);
    const plan = await lab.plan(['M1']);
    const predicted = addedLines(plan.body.predicted.map(({diff}) => diff).join('\n'));
    await lab.applied(plan);
    const written = await lab.read(webRoot);
    for (const text of [predicted, written]) {
      const from = text.indexOf('<rewrite>');
      const block = text.slice(from, text.indexOf('</rewrite>') + '</rewrite>'.length).split(/\r?\n/);
      expect(block.map((line) => line.trim())).toEqual(expected);
      // The indentation too: what stands before <rewrite> is cut off above.
      expect(block.slice(1, -2)).toEqual(indented.slice(1));
    }
  });
});

describe.skipIf(!haveRealFiles)('a web root that has the rule three times already', () => {
  test('gets nothing more: the plan names all three and proposes nothing', async () => {
    const lab = await makeLab(realTree);
    await lab.write(webRoot, await eemsWebRoot());
    const before = await lab.tree();
    const plan = await lab.plan(['M1']);
    expect(plan.body.steps).toEqual([]);
    expect(plan.body.predicted).toEqual([]);
    const [mitigation] = plan.body.mitigations;
    expect(mitigation?.status).toBe('in-place');
    const named = plan.body.findings.filter(({code}) => code === 'REWRITE.ALREADY_THERE');
    expect(named.map(({message}) => /"([^"]*)"/.exec(message)?.[1])).toEqual([
      'EEMS M1.1 PowerShell - inbound',
      'RequestBlockingRule1',
      'PowerShell - inbound',
    ]);
    expect(await lab.apply(plan)).toMatchObject({did: 'nothing'});
    expect(await lab.tree()).toEqual(before);
  });
});

const servers: readonly (readonly [string, string])[] = [
  ['a real Exchange 2019 server', realTree],
  ['exchange2019-cu12', fixture('exchange2019-cu12')],
];

const owaWebConfig = 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\web.config';
const children = ['/owa/Calendar', '/owa/Integrated', '/owa/oma'];
const locationsOf = (text: string): readonly string[] =>
  [...text.matchAll(/<location path="([^"]*)"/g)].map(([, path = '']) => path);

const ask = async (lab: Lab, path: string): Promise<string> => {
  const {status, subStatus} = await lab.server.prober.get('Default Web Site', path);
  return subStatus === undefined ? `${status}` : `${status}.${subStatus}`;
};

describe.each(servers)('M2 on %s', (_name, from) => {
  const there = haveRealFiles || from !== realTree;

  test.skipIf(!there)('goes into the location that applicationHost.config has for owa', async () => {
    const lab = await makeLab(from);
    const before = await lab.read(hostConfig);
    const plan = await lab.plan(['M2']);
    const finding = plan.body.findings.find(({code}) => code === 'IIS.SHARED_PATH');
    for (const child of children) expect(finding?.message).toContain(`Default Web Site${child}`);
    await lab.applied(plan);
    const after = await lab.read(hostConfig);
    expect(locationsOf(after)).toEqual(locationsOf(before));
    const start = after.indexOf('<location path="Default Web Site/owa"');
    expect(after.slice(start, after.indexOf('</location>', start))).toContain('stopgap M2.1 OWA CSP - outbound');
    for (const path of ['/owa/', ...children]) expect(await ask(lab, path)).toBe('200');
    await lab.rollBack();
    expect(await lab.read(hostConfig)).toBe(before);
  });

  test.skipIf(!there)('is refused for the web.config that four applications share', async () => {
    const lab = await makeLab(from);
    const before = await lab.tree();
    await expect(lab.plan(['M2'], {place: 'web.config'})).rejects.toMatchObject({
      code: 'PLAN.REFUSED',
      exitCode: 3,
      message: expect.stringContaining('IIS.SHARED_PATH'),
    });
    expect(await lab.tree()).toEqual(before);
  });

  test.skipIf(!there)('written by hand into that web.config breaks the three children and not owa itself', async () => {
    const lab = await makeLab(from);
    const {commands} = lab.server;
    const rule = "name='by hand',preCondition='',stopProcessing='false'";
    await commands.run(
      {
        tool: 'appcmd.exe',
        args: [
          'set',
          'config',
          'Default Web Site/owa',
          '/section:system.webServer/rewrite/outboundRules',
          `/+[${rule}]`,
          "/[name='by hand'].match.serverVariable:RESPONSE_Content_Security_Policy",
          "/[name='by hand'].match.pattern:(.*)",
          "/[name='by hand'].action.type:Rewrite",
          "/[name='by hand'].action.value:{R:1}; script-src-attr 'none'",
        ],
      },
      {timeoutMs: 1000},
    );
    expect(await lab.read(owaWebConfig)).toContain('by hand');
    expect(await ask(lab, '/owa/')).toBe('200');
    for (const child of children) expect(await ask(lab, child), child).toBe('500.19');
  });
});
