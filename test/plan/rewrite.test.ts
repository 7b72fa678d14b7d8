import {describe, expect, test} from 'vitest';
import {Refusal} from '../../src/kit/refusal.ts';
import {refusingFindings} from '../../src/plan/refusals.ts';
import {lineWith, smallServer, usualSites, webConfig, webConfigPath} from '../support/application-host.ts';
import {applicationHostPath, configFolder, fixtureServer} from '../support/memory-server.ts';
import {addedLines, argvOf, findingsOf, mitigation, planFor, rewriteAction, troubles} from '../support/planning.ts';

const block = (name: string): string =>
  `<rule name="${name}" stopProcessing="true"><match url=".*" /><conditions><add input="{REQUEST_URI}" pattern="evil" /></conditions><action type="AbortRequest" /></rule>`;
const harmless = (name: string): string =>
  `<rule name="${name}"><match url="^old$" /><action type="Redirect" url="new" /></rule>`;
const rules = (content: string): string =>
  `<system.webServer>\n<rewrite>\n<rules>\n${content}\n</rules></rewrite></system.webServer>`;

const blocking = mitigation('X1', rewriteAction('X1.1', 'Site', 'rules', block('stopgap X1.1')));
const shared = mitigation('X2', rewriteAction('X2.1', 'Site/shared', 'rules', block('stopgap X2.1')));

describe('one rule for a site', () => {
  test('one step, one command, one file, and the diff shows it', async () => {
    const body = await planFor(smallServer({}, {root: '    <system.webServer>\n    </system.webServer>'}), [blocking]);
    expect(body.mitigations).toMatchObject([{id: 'X1', status: 'planned', reason: 'for every build'}]);
    expect(body.steps.map(({id, status, touches}) => [id, status, touches])).toEqual([
      ['rewrite/X1.1/rules/add', 'to-do', [webConfigPath('root')]],
    ]);
    expect(body.predicted.map(({file}) => file)).toEqual([webConfigPath('root')]);
    expect(addedLines(body.predicted[0]?.diff ?? '')[0]).toBe('        <rewrite>');
    expect(troubles(body)).toEqual([]);
  });

  test('a folder without web.config gets one', async () => {
    const body = await planFor(smallServer(), [blocking]);
    expect(addedLines(body.predicted[0]?.diff ?? '').slice(0, 3)).toEqual([
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<configuration>',
      '    <system.webServer>',
    ]);
  });

  test('every application of the site is named as reloaded, no other one', async () => {
    const sites = `${usualSites}<site name="Two" id="2"><application path="/"><virtualDirectory path="/" physicalPath="C:\\two" /></application></site>`;
    const body = await planFor(smallServer({sites}), [blocking]);
    expect(body.steps[0]?.reloads).toEqual([
      'Site/',
      'Site/app',
      'Site/app/nested',
      'Site/shared',
      'Site/shared/again',
    ]);
  });

  test('before, after and undo are about the same element', async () => {
    const {steps} = await planFor(smallServer(), [blocking]);
    const at = {
      file: webConfigPath('root'),
      location: null,
      section: 'system.webServer/rewrite/rules',
      keys: {name: 'stopgap X1.1'},
    };
    expect(steps[0]).toMatchObject({
      before: [{check: 'element', at, is: 'absent'}],
      commands: [{do: 'run', after: [{check: 'element', at, is: 'present'}]}],
      undo: [{do: 'run', after: [{check: 'element', at, is: 'absent'}]}],
      resources: [{kind: 'element', at, was: 'absent'}],
    });
    expect(argvOf(steps[0]?.undo ?? [])).toEqual([
      `appcmd.exe set config Site /section:system.webServer/rewrite/rules /-[name='stopgap X1.1']`,
    ]);
  });
});

describe('several actions', () => {
  test('two targets of one mitigation are two steps', async () => {
    const both = mitigation(
      'X3',
      rewriteAction('X3.1', 'Site/app', 'rules', block('stopgap X3.1')),
      rewriteAction('X3.2', 'Site/shared', 'rules', block('stopgap X3.2')),
    );
    const body = await planFor(smallServer(), [both]);
    expect(body.steps.map(({touches}) => touches)).toEqual([[webConfigPath('app')], [applicationHostPath]]);
    expect(body.predicted).toHaveLength(2);
  });

  test('what a rule needs comes first: the allowed server variable, then the rule', async () => {
    const variable = mitigation(
      'X4',
      rewriteAction(
        'X4.1',
        'Site/app',
        'rules',
        '<rule name="stopgap X4.1"><match url=".*" /><serverVariables><set name="HTTP_X" value="1" /></serverVariables><action type="None" /></rule>',
      ),
    );
    const action = variable.actions[0];
    const allowed = rewriteAction('X4.1', 'Site/app', 'allowedServerVariables', '<add name="HTTP_X" />');
    if (action?.kind !== 'rewrite' || allowed.kind !== 'rewrite') throw new Error('no rewrite action');
    const both = mitigation('X4', {...action, items: [...action.items, ...allowed.items]});
    const body = await planFor(smallServer(), [both]);
    expect(body.steps.map(({id, touches}) => [id, touches[0]])).toEqual([
      ['rewrite/X4.1/allowedServerVariables/add', applicationHostPath],
      ['rewrite/X4.1/rules/add', webConfigPath('app')],
    ]);
  });

  test('two mitigations that do the same: the second finds the rule of the first', async () => {
    const again = mitigation('X5', rewriteAction('X5.1', 'Site', 'rules', block('stopgap X5.1')));
    const body = await planFor(smallServer(), [blocking, again]);
    expect(body.steps.map(({because}) => because)).toEqual([['X1']]);
    expect(body.mitigations.map(({status}) => status)).toEqual(['planned', 'in-place']);
    expect(findingsOf(body, 'REWRITE.ALREADY_THERE')).toMatchObject([{concerns: ['X5']}]);
  });
});

describe('a rule that is there already', () => {
  test('under another name: named with file and line, nothing is proposed', async () => {
    const root = rules(block('by hand'));
    const body = await planFor(smallServer({}, {root}), [blocking]);
    expect(body.steps).toEqual([]);
    expect(body.predicted).toEqual([]);
    const line = lineWith(webConfig(root), 'by hand');
    expect(findingsOf(body, 'REWRITE.ALREADY_THERE')).toMatchObject([
      {severity: 'note', where: {file: webConfigPath('root'), line}, concerns: ['X1']},
    ]);
    expect(body.mitigations[0]).toMatchObject({
      status: 'in-place',
      reason: `rule "by hand" (${webConfigPath('root')}:${line}) does it`,
    });
  });

  test('but taken away again below: the application that is not protected is named', async () => {
    const app = rules('<clear />');
    const body = await planFor(smallServer({}, {root: rules(block('by hand')), app}), [blocking]);
    const where = {file: webConfigPath('app'), line: lineWith(webConfig(app), '<clear />')};
    const found = findingsOf(body, 'REWRITE.DISARMED');
    expect(found).toMatchObject([
      {severity: 'warn', where},
      {severity: 'warn', where},
    ]);
    expect(found[0]?.message).toContain('for Site/app:');
  });

  test('and the application that drops it has one of its own: it is protected', async () => {
    const app = rules(`<clear />${block('its own')}`);
    const body = await planFor(smallServer({}, {root: rules(block('by hand')), app}), [blocking]);
    expect(troubles(body)).toEqual([]);
  });

  test('switched off, it does not count', async () => {
    const off = block('by hand').replace('stopProcessing', 'enabled="false" stopProcessing');
    const body = await planFor(smallServer({}, {root: rules(off)}), [blocking]);
    expect(body.steps).toHaveLength(1);
  });
});

describe('a server that cannot be planned on', () => {
  const refusal = async (server: ReturnType<typeof smallServer>, wanted = blocking): Promise<Refusal> => {
    const error = await planFor(server, [wanted]).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof Refusal)) throw new Error(`no refusal: ${String(error)}`);
    return error;
  };

  test('a malformed web.config that would be written: file, line and column', async () => {
    const text = '<?xml version="1.0"?>\n<configuration>\n  <a b=c />\n</configuration>';
    const {code, where, message} = await refusal(smallServer({}, {root: text}));
    expect(code).toBe('IIS.MALFORMED');
    expect(where).toEqual({file: webConfigPath('root'), line: 3, column: 8});
    expect(message).toContain(`${webConfigPath('root')}:3:8: `);
  });

  test('a malformed web.config on the way to the target, although another file would be written', async () => {
    const text = '<?xml version="1.0"?>\n<configuration>\n';
    expect(await refusal(smallServer({}, {root: text}), shared)).toMatchObject({
      code: 'IIS.MALFORMED',
      where: {file: webConfigPath('root'), line: 3},
    });
  });

  test('a malformed web.config below the target: that application is broken already, the others can be protected', async () => {
    const body = await planFor(smallServer({}, {app: '<?xml version="1.0"?>\n<configuration>\n'}), [blocking]);
    expect(body.steps).toHaveLength(1);
    expect(refusingFindings(body)).toEqual([]);
    expect(findingsOf(body, 'IIS.BROKEN_ALREADY')[0]).toMatchObject({
      severity: 'warn',
      where: {file: webConfigPath('app'), line: 3},
    });
  });

  test('shared configuration', async () => {
    const redirection =
      '<configuration><configurationRedirection enabled="true" path="\\\\srv\\iis" /></configuration>';
    const server = smallServer().with({files: {[`${configFolder}\\redirection.config`]: redirection}});
    expect(await refusal(server)).toMatchObject({code: 'IIS.SHARED_CONFIGURATION'});
  });

  test('URL Rewrite is not declared', async () => {
    const body = await planFor(smallServer({declarations: ''}), [blocking]);
    expect(body.steps).toEqual([]);
    expect(refusingFindings(body)).toMatchObject([{code: 'IIS.SECTION_MISSING', acceptable: false}]);
    expect(body.mitigations[0]?.status).toBe('planned');
  });

  test('a target that is not there', async () => {
    const body = await planFor(fixtureServer('plain-iis'), [
      mitigation('X6', rewriteAction('X6.1', 'Default Web Site/owa', 'rules', block('stopgap X6.1'))),
    ]);
    expect(refusingFindings(body)).toMatchObject([{code: 'IIS.PATH_MISSING'}]);
    expect(body.predicted).toEqual([]);
  });
});

test('a value that appcmd cannot be told refuses the plan before anything is written', async () => {
  const rule = `<rule name="stopgap X7.1"><match url=".*" /><conditions><add input="{URL}" pattern="it's" /></conditions><action type="AbortRequest" /></rule>`;
  await expect(
    planFor(smallServer(), [mitigation('X7', rewriteAction('X7.1', 'Site', 'rules', rule))]),
  ).rejects.toMatchObject({
    code: 'IIS.UNEXPRESSIBLE',
  });
});

test('what stands in other sections of the file is nobody’s business: the assumptions stay the same', async () => {
  const one = await planFor(smallServer({}, {root: '<system.webServer><asp /></system.webServer>'}), [blocking]);
  const other = await planFor(
    smallServer({}, {root: '<system.webServer><asp enabled="true" /><modules /></system.webServer>'}),
    [blocking],
  );
  const third = await planFor(smallServer({}, {root: rules(harmless('y'))}), [blocking]);
  expect(other.assumes).toEqual(one.assumes);
  expect(third.assumes).not.toEqual(one.assumes);
});
