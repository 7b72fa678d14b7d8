import {appcmd, type CommandLine, type CommandResult} from './command.ts';
import type {ServerReader} from './server.ts';

/** A folder of the server that only administrators can read, for copies of configuration files; it is gone after `dispose`. */
export interface ScratchFolder {
  /** Windows path. */
  readonly path: string;
  /** Writes a file below the folder, making the folders in between. Paths are full Windows paths. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * A server for a rehearsal: it can be read, it gives scratch folders, and its appcmd edits copies. Nothing here can touch
 * the server's own configuration, restore, lock or start anything.
 */
export interface RehearsalServer extends ServerReader {
  scratch(): Promise<ScratchFolder>;
  /** Runs an edit of configuration on a copy of applicationHost.config; the verbs are those of `copyCommand`. */
  editCopy(applicationHost: string, args: readonly string[]): Promise<CommandResult>;
  /** What the capabilities of appcmd are remembered under. */
  appcmdVersion(): Promise<string>;
}

const verbs: ReadonlySet<string> = new Set(['set', 'clear']);
const objects: ReadonlySet<string> = new Set(['config', 'apppool']);

/** Whether a command edits configuration and nothing else, so that it can be tried on a copy. */
export const isConfigurationEdit = ([verb = '', object = '']: readonly string[]): boolean =>
  verbs.has(verb.toLowerCase()) && objects.has(object.toLowerCase());

/** The command line of an edit of a copy: without `/apphostconfig` it would reach the server's own file. */
export const copyCommand = (applicationHost: string, args: readonly string[]): CommandLine => {
  const elsewhere = args.some((arg) => /^[/-]apphostconfig\b/i.test(arg));
  if (!isConfigurationEdit(args) || elsewhere || applicationHost === '') {
    throw new TypeError(`no edit of a copy: ${args.join(' ')}`);
  }
  return appcmd(...args, `/apphostconfig:${applicationHost}`);
};
