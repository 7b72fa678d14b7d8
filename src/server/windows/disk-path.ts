import {win32} from 'node:path';
import {normalizeWindowsPath, windowsPathKey} from '../windows-path.ts';

/** The process as far as paths depend on it. */
export interface Bitness {
  /** `x64`, `ia32`, `arm64`: of this process. */
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Windows shows a 32-bit process another System32, with another applicationHost.config in it: the system's own is called
 * Sysnative there, and only there.
 */
const native = (path: string, {arch, env}: Bitness): string => {
  const root = env['SystemRoot'];
  // Only set in a 32-bit process of a 64-bit system.
  if (arch !== 'ia32' || env['PROCESSOR_ARCHITEW6432'] === undefined || root === undefined) return path;
  const system = `${normalizeWindowsPath(root)}\\System32`;
  return windowsPathKey(path).startsWith(`${windowsPathKey(system)}\\`)
    ? `${normalizeWindowsPath(root)}\\Sysnative${path.slice(system.length)}`
    : path;
};

/** Where a path of the server lies for this process; the form with `\\?\` has no limit of 260 characters. */
export const diskPath = (path: string, process: Bitness): string =>
  win32.toNamespacedPath(native(normalizeWindowsPath(path), process));

/** A program of the system for a command line: a plain path, because programs do not start from the `\\?\` form. */
export const systemProgram = (name: string, process: Bitness): string =>
  native(`${normalizeWindowsPath(process.env['SystemRoot'] ?? 'C:\\Windows')}\\System32\\${name}`, process);
