/* The library has no types of its own; here is what is used of it. */
declare module 'pino-roll' {
  import type {EventEmitter} from 'node:events';

  interface RollOptions {
    readonly file: string;
    readonly frequency: 'daily';
    readonly dateFormat: string;
    readonly size: string;
    readonly limit: {readonly count: number; readonly removeOtherLogFiles: boolean};
    readonly mode: number;
    /** Of sonic-boom: bytes that may wait to be written; what comes beyond them is dropped. */
    readonly maxLength: number;
  }

  interface RollingStream extends EventEmitter {
    write(text: string): boolean;
    end(): void;
    destroy(): void;
  }

  function roll(options: RollOptions): Promise<RollingStream>;
  export = roll;
}
