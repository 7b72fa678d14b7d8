import {expect, test} from 'vitest';
import {planScratchCopy} from '../../src/plan/scratch-copy.ts';
import {configurationOf, smallServer, webConfigPath} from '../support/application-host.ts';

const pointing = '<system.webServer><rewrite><rules configSource="parts\\rules.config" /></rewrite></system.webServer>';
const server = smallServer({}, {root: pointing, shared: '<a />'}).with({
  files: {'C:\\inetpub\\wwwroot\\parts\\rules.config': '<rules />'},
});

test('a section in a file of its own lies beside the copy of its web.config', async () => {
  const copy = await planScratchCopy(await configurationOf(server), ['Site'], 'Z:\\scratch');
  const web = copy.copyOf(webConfigPath('root'));
  const text = new TextDecoder().decode(copy.files.get(web?.replace('web.config', 'parts\\rules.config') ?? ''));
  expect(text).toBe('<rules />');
});

test('applications on one folder share one copy, in whatever spelling', async () => {
  const copy = await planScratchCopy(await configurationOf(server), ['Site'], 'Z:\\scratch');
  expect(copy.copyOf('C:\\web\\shared\\web.config')).toBe(copy.copyOf('c:/WEB/shared/web.config'));
  expect(copy.copyOf('C:\\web\\shared\\web.config')).not.toBe(copy.copyOf(webConfigPath('root')));
});

test('every copy lies in the scratch folder, and no copy names a folder of the server', async () => {
  const copy = await planScratchCopy(await configurationOf(server), ['Site'], 'Z:\\scratch');
  expect([...copy.files.keys(), ...copy.folders].every((path) => path.startsWith('Z:\\scratch'))).toBe(true);
  const host = new TextDecoder().decode(copy.files.get(copy.applicationHost));
  expect(host).not.toMatch(/physicalPath="(?!Z:)/);
});
