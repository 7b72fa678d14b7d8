import {describe, expect, test} from 'vitest';
import {parseAppcmdObjects, parseAppPoolState} from '../../src/server/appcmd-output.ts';
import type {CommandResult} from '../../src/server/command.ts';
import {decodeOutput} from '../../src/server/decode-output.ts';
import {createToolReader, type ReadCommand} from '../../src/server/tool-reader.ts';

const pools = `<?xml version="1.0" encoding="UTF-8"?>\r
<appcmd>\r
    <APPPOOL APPPOOL.NAME="One &amp; only" PipelineMode="Integrated" RuntimeVersion="v4.0" state="Started" />\r
    <APPPOOL state="Stopped" APPPOOL.NAME="Two" />\r
</appcmd>\r
`;

describe('pools', () => {
  test('are found by name in whatever order their attributes come', async () => {
    expect(await parseAppPoolState(pools, 'one & ONLY')).toBe('Started');
    expect(await parseAppPoolState(pools, 'Two')).toBe('Stopped');
    expect(await parseAppPoolState(pools, 'Three')).toBeUndefined();
  });

  test('with a state that nobody knows are Unknown', async () => {
    expect(await parseAppPoolState(pools.replace('Started', 'Dreaming'), 'One & only')).toBe('Unknown');
  });

  test('may be none', async () => {
    expect(await parseAppcmdObjects('<?xml version="1.0"?><appcmd></appcmd>', 'APPPOOL')).toEqual([]);
    expect(await parseAppcmdObjects('<appcmd />', 'APPPOOL')).toEqual([]);
  });
});

const answer = (exitCode: number, stdout = ''): CommandResult => ({exitCode, stdout, stderr: '', durationMs: 1});

describe('reading through the tools', () => {
  test('runs nothing but verbs that look', async () => {
    const ran: ReadCommand[] = [];
    const reader = createToolReader(async (command) => {
      ran.push(command);
      return answer(command.tool === 'sc.exe' ? 1060 : 1);
    });
    expect(await reader.service('X')).toBeUndefined();
    expect(await reader.dependents('X')).toEqual([]);
    expect(await reader.appPoolState('X')).toBeUndefined();
    expect(ran.map(({tool, args}) => [tool, args[0]])).toEqual([
      ['sc.exe', 'qc'],
      ['sc.exe', 'enumdepend'],
      ['appcmd.exe', 'list'],
    ]);
  });

  test('asks for no more room than the service control manager gives', async () => {
    const room: Record<string, number> = {};
    const reader = createToolReader(async ({args: [verb, , bytes]}) => {
      if (bytes !== undefined) room[verb] = Number(bytes);
      return answer(1060);
    });
    await reader.service('X');
    await reader.dependents('X');
    expect(Object.keys(room)).toEqual(['qc', 'enumdepend']);
    expect(room['qc']).toBeLessThanOrEqual(8 * 1024);
    expect(room['enumdepend']).toBeLessThanOrEqual(256 * 1024);
  });

  test.each([5, 1722])('does not take exit code %i for an answer', async (exitCode) => {
    const reader = createToolReader(async () => answer(exitCode, 'whatever'));
    await expect(reader.service('X')).rejects.toMatchObject({code: 'SERVER.UNREADABLE', where: {exitCode}});
    await expect(reader.dependents('X')).rejects.toMatchObject({code: 'SERVER.UNREADABLE'});
    await expect(reader.appPoolState('X')).rejects.toMatchObject({code: 'SERVER.UNREADABLE'});
  });

  test('does not take nonsense with exit code 0 for an answer', async () => {
    const reader = createToolReader(async () => answer(0, 'nonsense'));
    await expect(reader.service('X')).rejects.toMatchObject({code: 'SERVER.UNREADABLE'});
  });
});

test('output in an OEM code page keeps its ASCII part', () => {
  expect(decodeOutput(Uint8Array.of(0x41, 0x84, 0x42))).toMatch(/^A.B$/);
  expect(decodeOutput(new TextEncoder().encode('Größe'))).toBe('Größe');
});
