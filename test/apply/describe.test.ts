import {expect, test} from 'vitest';
import {describeCheck, describeCommand} from '../../src/apply/describe.ts';
import {appcmd} from '../../src/server/command.ts';
import {ruleAddress, run} from '../support/plans.ts';

test.each([
  [['stop', 'apppool', '/apppool.name:EcpPool'], 'appcmd.exe stop apppool /apppool.name:EcpPool'],
  [['set', 'config', 'Default Web Site'], 'appcmd.exe set config "Default Web Site"'],
  [['/pattern:a"b'], 'appcmd.exe "/pattern:a\\"b"'],
  [['/path:C:\\a b\\'], 'appcmd.exe "/path:C:\\a b\\\\"'],
  [['/path:C:\\a\\'], 'appcmd.exe /path:C:\\a\\'],
  [['x\\"y'], 'appcmd.exe "x\\\\\\"y"'],
  [[''], 'appcmd.exe ""'],
])('an argument is shown as a person would have to type it: %j', (args, shown) => {
  expect(describeCommand(run(appcmd(...args), []))).toBe(shown);
});

test('what is shown to a person holds no escape sequence and no secret', () => {
  const shown = describeCommand(run(appcmd('set', 'apppool', '/password:x', 'password="hunter2"', '\u001b[2J'), []));
  expect(shown).not.toContain('hunter2');
  expect(shown).not.toContain('\u001b');
  const at = ruleAddress('C:\\web.config', 'evil\u202e\nrule');
  expect(describeCheck({check: 'element', at, is: 'absent'})).toMatch(/evil\\u\{202e\}\\nrule/);
});
