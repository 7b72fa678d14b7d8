import {join} from 'node:path';
import {execa} from 'execa';

/**
 * What `netsh winhttp show proxy` prints: the proxy of services, which the EM service uses too. Empty where it cannot be
 * asked; a feed is then fetched without a proxy, and says so if that fails.
 */
export const winHttpText = async (env: Readonly<Record<string, string | undefined>>): Promise<string> => {
  if (process.platform !== 'win32') return '';
  const netsh = join(env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'netsh.exe');
  const {stdout, failed} = await execa(netsh, ['winhttp', 'show', 'proxy'], {
    reject: false,
    timeout: 10_000,
    windowsHide: true,
  });
  return failed ? '' : stdout;
};
