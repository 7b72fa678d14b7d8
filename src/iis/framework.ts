import type {FileReader} from '../server/server.ts';
import {joinWindowsPath} from '../server/windows-path.ts';
import {type ConfigFileResult, readConfigFile} from './config-file.ts';

type Environment = Readonly<Record<string, string>>;

/**
 * The two files above applicationHost.config: machine.config and the web.config of the machine, of .NET Framework 4 for
 * 64-bit processes. A 32-bit pool reads those of `Framework`, which hold the same sections.
 */
export const frameworkPaths = (environment: Environment): readonly string[] => {
  const folder = joinWindowsPath(
    environment['SystemRoot'] ?? environment['windir'] ?? 'C:\\Windows',
    'Microsoft.NET\\Framework64\\v4.0.30319\\Config',
  );
  return [joinWindowsPath(folder, 'machine.config'), joinWindowsPath(folder, 'web.config')];
};

/** Those that are there: a copy of a server may lack them, and no section that is edited stands in them. */
export const readFramework = async (
  reader: FileReader,
  environment: Environment,
): Promise<readonly ConfigFileResult[]> => {
  const results = await Promise.all(frameworkPaths(environment).map((path) => readConfigFile(reader, path)));
  return results.filter((result) => result !== undefined);
};
