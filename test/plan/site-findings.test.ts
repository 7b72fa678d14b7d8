import {describe, expect, test} from 'vitest';
import {refusingFindings} from '../../src/plan/refusals.ts';
import {
  applicationHost,
  lineWith,
  smallServer,
  usualSites,
  webConfig,
  webConfigPath,
} from '../support/application-host.ts';
import {applicationHostPath} from '../support/memory-server.ts';
import {findingsOf, mitigation, planFor, rewriteAction, troubles} from '../support/planning.ts';

const block = (name: string): string =>
  `<rule name="${name}" stopProcessing="true"><match url=".*" /><conditions><add input="{REQUEST_URI}" pattern="evil" /></conditions><action type="AbortRequest" /></rule>`;
const harmless = (name: string): string =>
  `<rule name="${name}"><match url="^old$" /><action type="Redirect" url="new" /></rule>`;
const rules = (content: string): string =>
  `<system.webServer>\n<rewrite>\n<rules>\n${content}\n</rules></rewrite></system.webServer>`;

const blocking = mitigation('X1', rewriteAction('X1.1', 'Site', 'rules', block('stopgap X1.1')));
const shared = mitigation('X2', rewriteAction('X2.1', 'Site/shared', 'rules', block('stopgap X2.1')));

describe('a name that is taken', () => {
  test('by a rule that does something else: refused with its line', async () => {
    const root = rules(harmless('STOPGAP X1.1'));
    const body = await planFor(smallServer({}, {root}), [blocking]);
    expect(body.steps).toEqual([]);
    expect(refusingFindings(body)).toMatchObject([
      {
        code: 'REWRITE.NAME_TAKEN',
        where: {file: webConfigPath('root'), line: lineWith(webConfig(root), 'STOPGAP')},
        acceptable: false,
      },
    ]);
  });

  test('below the target: that application would answer 500.19', async () => {
    const app = rules(harmless('stopgap X1.1'));
    const body = await planFor(smallServer({}, {app}), [blocking]);
    expect(refusingFindings(body)).toMatchObject([
      {code: 'IIS.WOULD_BREAK', where: {file: webConfigPath('app'), line: lineWith(webConfig(app), 'stopgap X1.1')}},
      {code: 'IIS.WOULD_BREAK', where: {file: webConfigPath('app')}},
    ]);
    expect(refusingFindings(body).map(({message}) => message)).toEqual([
      expect.stringContaining(`; the first one stands in ${webConfigPath('root')}:`),
      expect.stringMatching(/^Site\/app\/nested would answer 500\.19: /),
    ]);
  });

  test('in another site: nobody minds', async () => {
    const sites = `${usualSites}<site name="Two" id="2"><application path="/"><virtualDirectory path="/" physicalPath="C:\\two" /></application></site>`;
    const server = smallServer({sites}).with({
      files: {'C:\\two\\web.config': webConfig(rules(harmless('stopgap X1.1')))},
    });
    expect(troubles(await planFor(server, [blocking]))).toEqual([]);
  });
});

describe('a rule that an application takes away again', () => {
  test.each([
    ['<clear />', '<clear />'],
    ['<remove>', '<remove name="stopgap x1.1" />'],
  ])('by %s: a warning with its line', async (shown, element) => {
    const app = rules(element);
    const body = await planFor(smallServer({}, {app}), [blocking]);
    expect(body.steps).toHaveLength(1);
    const found = findingsOf(body, 'REWRITE.DISARMED');
    expect(found).toMatchObject([
      {where: {file: webConfigPath('app'), line: lineWith(webConfig(app), element)}},
      {where: {file: webConfigPath('app'), line: lineWith(webConfig(app), element)}},
    ]);
    expect(found.map(({message}) => message)).toEqual([
      expect.stringContaining('for Site/app:'),
      expect.stringContaining('for Site/app/nested:'),
    ]);
    expect(found[0]?.message).toContain(shown.slice(0, 6));
  });

  test('by the web.config of the target itself, when the rule stands in applicationHost.config', async () => {
    const root = rules('<clear />');
    const body = await planFor(smallServer({}, {root}), [blocking], {options: {place: 'apphost'}});
    expect(findingsOf(body, 'REWRITE.DISARMED').map(({message}) => /for (\S+):/.exec(message)?.[1])).toEqual([
      'Site',
      'Site/app',
      'Site/app/nested',
      'Site/shared',
      'Site/shared/again',
    ]);
  });

  test('by a location of applicationHost.config', async () => {
    const body = `<location path="Site/app">\n${rules('<clear />')}</location>`;
    const plan = await planFor(smallServer({body}), [blocking]);
    expect(findingsOf(plan, 'REWRITE.DISARMED')[0]?.where).toEqual({
      file: applicationHostPath,
      line: lineWith(applicationHost({body}), '<clear />'),
    });
  });
});

describe('a folder that several applications share', () => {
  test('the rule goes into a location once, and nothing would break', async () => {
    const body = await planFor(smallServer(), [shared]);
    expect(body.steps[0]?.touches).toEqual([applicationHostPath]);
    expect(findingsOf(body, 'IIS.SHARED_PATH')).toMatchObject([{severity: 'note'}]);
    expect(troubles(body)).toEqual([]);
  });

  test('forced into the web.config: refused for the sharing and for what would break', async () => {
    const body = await planFor(smallServer({}, {shared: '<a />'}), [shared], {options: {place: 'web.config'}});
    expect(refusingFindings(body).map(({code}) => code)).toEqual(['IIS.SHARED_PATH', 'IIS.WOULD_BREAK']);
    expect(findingsOf(body, 'IIS.WOULD_BREAK')[0]?.message).toMatch(
      /^Site\/shared\/again would answer 500\.19: .*both read that file \(lines as they would be after the change\)$/,
    );
  });

  test('no acceptance lets that pass', async () => {
    const accept = ['IIS.SHARED_PATH', 'IIS.WOULD_BREAK'].map((code) => ({code, reason: 'because'}));
    const body = await planFor(smallServer(), [shared], {options: {place: 'web.config', accept}});
    expect(refusingFindings(body)).toHaveLength(2);
  });
});

describe('other sites', () => {
  test('one that serves the same folder is a warning: the mitigation misses it', async () => {
    const sites = `${usualSites}<site name="Two" id="2"><application path="/mail"><virtualDirectory path="/" physicalPath="c:\\WEB\\app" /></application></site>`;
    const body = await planFor(smallServer({sites}), [blocking]);
    const found = findingsOf(body, 'IIS.FURTHER_SITE');
    expect(found).toMatchObject([{severity: 'warn', concerns: ['X1']}]);
    expect(found[0]?.message).toContain('Two/mail');
    expect(found[0]?.message).toContain('WEB\\app');
  });

  test('so is an application of the same site with the same folder, beside the target', async () => {
    const sites = usualSites.replace(
      '</site>',
      '<application path="/webmail"><virtualDirectory path="/" physicalPath="C:\\web\\app" /></application></site>',
    );
    const action = rewriteAction('X8.1', 'Site/app', 'rules', block('stopgap X8.1'));
    const body = await planFor(smallServer({sites}), [mitigation('X8', action)]);
    expect(findingsOf(body, 'IIS.FURTHER_SITE').map(({message}) => message)).toEqual([
      'Site/webmail serves C:\\web\\app too, outside of Site/app: the mitigation misses it',
    ]);
    expect(findingsOf(body, 'IIS.SHARED_PATH')[0]?.message).toContain(
      'it reaches what lies below Site/app and nothing else',
    );
  });

  test('one with its own folders is not', async () => {
    const sites = `${usualSites}<site name="Two" id="2"><application path="/"><virtualDirectory path="/" physicalPath="C:\\two" /></application></site>`;
    expect(findingsOf(await planFor(smallServer({sites}), [blocking]), 'IIS.FURTHER_SITE')).toEqual([]);
  });
});
