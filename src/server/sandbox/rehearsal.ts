import {randomBytes} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, rmdirSync, rmSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {copyCommand, type RehearsalServer, type ScratchFolder} from '../scratch.ts';
import {joinWindowsPath} from '../windows-path.ts';
import {readDescription} from './description.ts';
import {openDisk} from './disk.ts';
import {openSandboxReader, type SandboxOptions} from './reader.ts';
import {sandboxRunner} from './runner.ts';

// A drive of its own: nothing of ours ever lies on the simulated server's disk C.
const drive = 'Z';
const editMs = 120_000;

const makeScratch = (dir: string): ScratchFolder => {
  const disk = openDisk(dir);
  const path = `${drive}:\\stopgap-${randomBytes(8).toString('hex')}`;
  mkdirSync(join(dir, drive, path.slice(3)), {recursive: true, mode: 0o700});
  return {
    path,
    write: async (file, bytes) => {
      disk.makeFolder(joinWindowsPath(file, '..'));
      disk.write(file, bytes);
    },
    dispose: async () => {
      rmSync(join(dir, drive, path.slice(3)), {recursive: true, force: true});
      if (existsSync(join(dir, drive)) && readdirSync(join(dir, drive)).length === 0) rmdirSync(join(dir, drive));
    },
  };
};

/** A simulated server on which a plan can be rehearsed and nothing can be applied. */
export const openSandboxForRehearsal = async (dir: string, options: SandboxOptions = {}): Promise<RehearsalServer> => {
  const folder = resolve(dir);
  const runner = sandboxRunner(folder, {inProcess: options.inProcess ?? false});
  return {
    ...(await openSandboxReader(dir, options)),
    editCopy: (applicationHost, args) => runner.run(copyCommand(applicationHost, args), {timeoutMs: editMs}),
    scratch: async () => makeScratch(folder),
    appcmdVersion: async () => {
      const {iis, tools} = readDescription(folder);
      return [`IIS ${iis}`, ...(tools.appcmd ?? ['simulated'])].join(' ');
    },
  };
};
