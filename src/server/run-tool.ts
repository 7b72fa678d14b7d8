/* How appcmd.exe and sc.exe are run, be they real or simulated. */

export const toolOptions = {
  shell: false,
  reject: false,
  encoding: 'buffer',
  stripFinalNewline: false,
  windowsHide: true,
  // It outlives us as it would a console: recovery waits for it.
  cleanup: false,
} as const;

/** What a program wrote: nothing, where execa has no buffer to give. */
export const outputBytes = (output: unknown): Uint8Array => (output instanceof Uint8Array ? output : new Uint8Array());
