import {isRefusal} from '../../kit/refusal.ts';

const timeoutMs = 10_000;

/**
 * What `netsh winhttp show proxy` prints: the proxy of services, which the EM service uses too. Empty where it cannot be
 * asked; a feed is then fetched without a proxy, and says so if that fails.
 */
export const winHttpText = async (): Promise<string> => {
  if (process.platform !== 'win32') return '';
  const {runSystemProgram} = await import('./system-program.ts');
  try {
    const args = ['winhttp', 'show', 'proxy'];
    const {exitCode, output} = await runSystemProgram({program: 'netsh.exe', args}, timeoutMs);
    return exitCode === 0 ? output : '';
  } catch (error) {
    if (isRefusal(error)) return '';
    throw error;
  }
};
