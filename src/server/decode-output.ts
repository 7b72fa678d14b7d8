/**
 * Redirected output of the console programs: UTF-8 or some OEM code page. Which one is not known here and need not be:
 * nothing is decided on a character outside of ASCII, which is the same in all of them. What is not UTF-8 is shown as
 * Latin-1.
 */
export const decodeOutput = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
};
