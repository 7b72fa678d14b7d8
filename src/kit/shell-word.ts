/**
 * A word of a command line that is proposed to a person: as it is, or in double quotes, which cmd.exe, PowerShell and POSIX
 * shells read alike as long as it holds neither quotes nor variables.
 */
export const shellWord = (text: string): string => (/^[\w./\\:=-]+$/.test(text) ? text : `"${text}"`);
