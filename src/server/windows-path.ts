/*
 * Paths of the server are Windows paths whatever we run on: back slashes, a drive letter or \\server\share, compared
 * without regard to case.
 */

/** `c:/inetpub//wwwroot\` becomes `c:\inetpub\wwwroot`; `.` and `..` are resolved; a UNC prefix stays. */
export const normalizeWindowsPath = (path: string): string => {
  const slashed = path.replaceAll('/', '\\');
  const unc = slashed.startsWith('\\\\');
  const parts: string[] = [];
  for (const part of slashed.split('\\')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 1) parts.pop();
    else if (part !== '..') parts.push(part);
  }
  const joined = parts.join('\\');
  if (unc) return `\\\\${joined}`;
  return /^[A-Za-z]:$/.test(joined) ? `${joined}\\` : joined;
};

/** The key under which two spellings of one path meet. */
export const windowsPathKey = (path: string): string => normalizeWindowsPath(path).toLowerCase();

export const joinWindowsPath = (folder: string, ...names: readonly string[]): string =>
  normalizeWindowsPath([folder, ...names].join('\\'));

/** Replaces `%NAME%` by the server's environment, without regard to case; unknown names stay as they are. */
export const expandVariables = (text: string, environment: Readonly<Record<string, string>>): string => {
  if (!text.includes('%')) return text;
  const known = new Map(Object.entries(environment).map(([name, value]) => [name.toLowerCase(), value]));
  return text.replace(/%([^%]+)%/g, (whole, name: string) => known.get(name.toLowerCase()) ?? whole);
};
