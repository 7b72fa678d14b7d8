import {randomBytes} from 'node:crypto';
import {mkdir, rm, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {copyCommand, type RehearsalServer, type ScratchFolder} from '../scratch.ts';
import {joinWindowsPath} from '../windows-path.ts';
import {makeFolderFor} from './api/access-list.ts';
import {diskPath} from './disk-path.ts';
import {inetsrvVersion} from './facts.ts';
import {administratorsOnly} from './folder-guard.ts';
import {openWindowsReader, thisMachine} from './reader.ts';
import {windowsRunner} from './runner.ts';

const editMs = 120_000;

/** Below the temporary folder of Windows, under a name that nobody can guess, and closed from its first moment on. */
const makeScratch = (root: string): ScratchFolder => {
  const path = joinWindowsPath(root, 'Temp', `stopgap-${randomBytes(8).toString('hex')}`);
  makeFolderFor(diskPath(path, process), administratorsOnly);
  return {
    path,
    write: async (file, bytes) => {
      const target = diskPath(file, process);
      await mkdir(dirname(target), {recursive: true});
      await writeFile(target, bytes);
    },
    // appcmd may hold a copy for a moment longer than it lives.
    dispose: () => rm(diskPath(path, process), {recursive: true, force: true, maxRetries: 5, retryDelay: 200}),
  };
};

/** This machine, for a rehearsal: its own appcmd, and scratch copies for it. */
export const openWindowsForRehearsal = async (): Promise<RehearsalServer> => {
  const reader = await openWindowsReader();
  return {
    ...reader,
    editCopy: (applicationHost, args) => windowsRunner.run(copyCommand(applicationHost, args), {timeoutMs: editMs}),
    scratch: async () => makeScratch(joinWindowsPath(reader.configFolder, '..\\..\\..')),
    appcmdVersion: async () => `appcmd ${(await inetsrvVersion(thisMachine, 'appcmd.exe')) ?? 'of unknown version'}`,
  };
};
