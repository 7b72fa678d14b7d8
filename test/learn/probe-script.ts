import {readFileSync} from 'node:fs';
import {join} from 'node:path';

export const probeScript: string = readFileSync(join(import.meta.dirname, '../../docs/probe.ps1'), 'utf8');

export interface ProbeCommand {
  readonly name: string;
  readonly tool: 'appcmd' | 'sc';
  readonly args: string;
}

/** The table of commands out of the script itself. */
export const probeCommands = (): readonly ProbeCommand[] => {
  const [, table = ''] = /\$commands = @'\n(.*?)\n'@/s.exec(probeScript) ?? [];
  return table.split('\n').map((line) => {
    const [name = '', tool = '', args = ''] = line.split(/\s*\|\s*/);
    if (tool !== 'appcmd' && tool !== 'sc') throw new Error(`not a line of the table: ${line}`);
    return {name, tool, args};
  });
};

/** The web.config that the script begins with. */
export const probeWebConfig = (): string => {
  const [, config = ''] = /\$untouched = @'\n(.*?)\n'@/s.exec(probeScript) ?? [];
  return config.replaceAll('\n', '\r\n');
};
