import {ConfigFault, win32} from '../config/fault.ts';
import {failure} from './messages.ts';

/** Ends the command with a text on standard output and an exit code. */
export class AppcmdFailure extends Error {
  override readonly name = 'AppcmdFailure';
  readonly exitCode: number;

  constructor(text: string, exitCode: number) {
    super(text);
    this.exitCode = exitCode;
  }
}

interface Failing<A extends readonly string[]> {
  readonly exit: number;
  readonly text: (...args: A) => string;
}

export const fail = <A extends readonly string[]>(message: Failing<A>, ...args: A): never => {
  throw new AppcmdFailure(message.text(...args), message.exit);
};

/** A fault of the configuration as appcmd shows it; the path prefix is that of the native text. */
export const asFailure = (fault: ConfigFault): AppcmdFailure => {
  if (fault.code === win32.accessDenied) {
    return new AppcmdFailure(failure.noPermission.text(), failure.noPermission.exit);
  }
  const file = fault.file === '' ? '' : `\\\\?\\${fault.file}`;
  return new AppcmdFailure(failure.configuration.text(file, String(fault.line), fault.reason), fault.code);
};

export const isConfigFault = (error: unknown): error is ConfigFault => error instanceof ConfigFault;
