import {describe, expect, test} from 'vitest';
import {type AgentHost, doSteps, type HostStep} from '../../src/server/agent-host.ts';
import {agentUnit, unitText} from '../../src/server/systemd-unit.ts';
import {agentService} from '../../src/server/windows/agent-service.ts';
import {agentTask} from '../../src/server/windows/agent-task.ts';
import {argvOf} from '../windows/c-runtime-argv.ts';

const program = {
  program: 'C:\\Program Files\\stopgap\\stopgap.exe',
  args: ['agent', 'run', '--server', 'windows', '--state-dir', 'C:\\ProgramData\\stopgap'],
};

/** Does nothing but remember, and answers with these exit codes in turn. */
const recording = (host: AgentHost, ...exitCodes: readonly number[]) => {
  const did: string[] = [];
  const answers = [...exitCodes];
  const recorder: AgentHost = {
    ...host,
    run: async (name, args) => {
      did.push([name, ...args].join(' '));
      return {exitCode: answers.shift() ?? 0, output: 'text of the system'};
    },
    write: async (file) => {
      did.push(`write ${file}`);
    },
    remove: async (file) => {
      did.push(`remove ${file}`);
    },
  };
  return {recorder, did};
};

const shown = (host: AgentHost, steps: readonly HostStep[]) => steps.map(host.show);

describe('the agent as a Windows service', () => {
  const install = agentService.install(program);

  test('is created with a delayed start, recovery and what it needs', () => {
    const lines = shown(agentService, install);
    expect(lines).toHaveLength(6);
    expect(lines[0]).toContain('sc.exe create stopgap binPath= ');
    expect(lines[0]).toContain('start= delayed-auto depend= EventLog/RpcSs');
    expect(lines[2]).toBe('sc.exe failure stopgap reset= 86400 actions= restart/60000/restart/300000/restart/900000');
    expect(lines[3]).toBe('sc.exe failureflag stopgap 1');
    expect(lines.slice(4).every((line) => line.startsWith('reg.exe add HKLM\\SYSTEM'))).toBe(true);
  });

  test('depends on nothing that stopgap itself may stop', () => {
    const depend = install[0]?.do === 'run' ? install[0].args[install[0].args.indexOf('depend=') + 1] : '';
    expect(depend).not.toMatch(/MSExchange|W3SVC|WAS|AppHostSvc/i);
  });

  test('is started by the service control manager with the argv that was meant', () => {
    const [create] = install;
    const line = create?.do === 'run' ? create.args[create.args.indexOf('binPath=') + 1] : undefined;
    expect(argvOf(line ?? '')).toEqual([program.program, ...program.args, '--service']);
  });

  test('shows every command before it runs it', async () => {
    const {recorder, did} = recording(agentService);
    const order: string[] = [];
    const steps = agentService.uninstall;
    await doSteps(recorder, steps, (line) => order.push(`${did.length}: ${line}`));
    expect(order).toEqual(['0: sc.exe stop stopgap', '1: sc.exe delete stopgap']);
    expect(did).toEqual(['sc.exe stop stopgap', 'sc.exe delete stopgap']);
  });

  test.each([
    ['installed twice', install, [1073], 'AGENT.INSTALLED'],
    ['started and not there', agentService.start, [1060], 'AGENT.NOT_INSTALLED'],
    ['stopped and not there', agentService.stop, [1060], 'AGENT.NOT_INSTALLED'],
    ['taken away and not there', agentService.uninstall, [1060], 'AGENT.NOT_INSTALLED'],
    ['started while it is disabled', agentService.start, [1058], 'AGENT.HOST_FAILED'],
    ['created without the rights', install, [5], 'AGENT.HOST_FAILED'],
  ])('is refused when it is %s', async (_, steps, exitCodes, code) => {
    const {recorder, did} = recording(agentService, ...exitCodes);
    const work = doSteps(recorder, steps, () => undefined);
    await expect(work).rejects.toMatchObject({code, untouched: 'Nothing was changed.'});
    expect(did).toHaveLength(1);
  });

  test('is in order when it runs already, or has stopped already', async () => {
    await doSteps(recording(agentService, 1056).recorder, agentService.start, () => undefined);
    const {recorder, did} = recording(agentService, 1062);
    await doSteps(recorder, agentService.uninstall, () => undefined);
    expect(did).toHaveLength(2);
  });

  test('half installed says what was done and what the system said', async () => {
    const {recorder} = recording(agentService, 0, 0, 1639);
    await expect(doSteps(recorder, install, () => undefined)).rejects.toMatchObject({
      code: 'AGENT.HOST_FAILED',
      message: expect.stringContaining('failed with exit code 1639: text of the system'),
      untouched: expect.stringContaining('2 steps before it were done'),
      where: {exitCode: 1639},
    });
  });
});

describe('the agent as a scheduled task', () => {
  const task = agentTask('C:\\ProgramData\\stopgap');

  test('is made of a description that stays beside its state', async () => {
    const {recorder, did} = recording(task);
    await doSteps(recorder, task.install(program), () => undefined);
    expect(did.slice(0, 2)).toEqual([
      'write C:\\ProgramData\\stopgap\\agent-task.xml',
      'schtasks.exe /create /tn \\stopgap\\agent /xml C:\\ProgramData\\stopgap\\agent-task.xml /f',
    ]);
  });

  test('that is not there cannot be started, and one that does not run is taken away all the same', async () => {
    const missing = doSteps(recording(task, 1).recorder, task.start, () => undefined);
    await expect(missing).rejects.toMatchObject({code: 'AGENT.NOT_INSTALLED'});
    const {recorder, did} = recording(task, 0, 1);
    await doSteps(recorder, task.uninstall, () => undefined);
    expect(did.slice(2)).toEqual([
      'schtasks.exe /delete /tn \\stopgap\\agent /f',
      'remove C:\\ProgramData\\stopgap\\agent-task.xml',
    ]);
  });
});

describe('the agent as a unit of systemd', () => {
  test('keeps what systemd would read as something else', () => {
    const text = unitText({program: '/opt/stop gap/$1/stopgap', args: ['--state-dir', '/x/50%/"y"', '$HOME']});
    expect(text).toContain('ExecStart="/opt/stop gap/$1/stopgap" "--state-dir" "/x/50%%/\\"y\\"" "$$HOME"\n');
  });

  test('is shown whole before it is written', () => {
    const [first, ...others] = shown(agentUnit, agentUnit.install(program));
    expect(first).toMatch(/^write \/etc\/systemd\/system\/stopgap\.service:\n {2}\[Unit\]\n/);
    expect(others).toEqual(['systemctl daemon-reload', 'systemctl enable stopgap.service']);
  });
});
