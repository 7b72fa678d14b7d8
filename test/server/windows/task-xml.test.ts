import {expect, test} from 'vitest';
import {parseStringPromise} from 'xml2js';
import {taskXml} from '../../../src/server/windows/task-xml.ts';
import {argvOf} from '../../windows/c-runtime-argv.ts';

const task = {
  name: 'confirm-r7',
  program: 'C:\\Program Files\\R&D "x"\\stopgap.exe',
  args: ['watch-confirms', '--state-dir', 'D:\\a & b\\<c>\\'],
  description: 'takes <back>',
  hourly: false,
};

const parsed = async (xml: string) => {
  const {Task} = await parseStringPromise(xml, {explicitArray: false});
  return Task;
};

test('program and arguments come through XML as they are', async () => {
  const {Actions, RegistrationInfo} = await parsed(taskXml(task));
  expect(Actions.Exec.Command).toBe(task.program);
  expect(argvOf(`x ${Actions.Exec.Arguments}`).slice(1)).toEqual(task.args);
  expect(RegistrationInfo.Description).toBe('takes <back>');
});

test('it runs as SYSTEM when the machine starts, without a limit of time', async () => {
  const {Principals, Settings, Triggers} = await parsed(taskXml(task));
  expect(Principals.Principal).toMatchObject({UserId: 'S-1-5-18', RunLevel: 'HighestAvailable'});
  expect(Settings.ExecutionTimeLimit).toBe('PT0S');
  expect(Object.keys(Triggers)).toEqual(['BootTrigger']);
});

test('an hourly one comes back within the hour, and never twice', async () => {
  const {Settings, Triggers} = await parsed(taskXml({...task, hourly: true}));
  expect(Triggers.TimeTrigger.Repetition.Interval).toBe('PT1H');
  expect(Settings.MultipleInstancesPolicy).toBe('IgnoreNew');
});
