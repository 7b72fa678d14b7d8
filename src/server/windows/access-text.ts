/*
 * Reads security descriptors in SDDL, Microsoft's "Security Descriptor String Format": `O:BAD:P(A;OICI;FA;;;SY)`. Short
 * names of identifiers and of rights are the same in every language.
 */

/** Who may always get in: SYSTEM, Administrators, and what only stands for whoever made a file. */
const own: ReadonlySet<string> = new Set(['SY', 'S-1-5-18', 'BA', 'S-1-5-32-544', 'CO', 'S-1-3-0', 'OW', 'S-1-3-4']);
/** Owner of what Windows itself installed; nobody can log on as it. */
const trustedInstaller = 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464';

const spoken: Readonly<Record<string, string>> = {
  WD: 'everybody',
  AN: 'anonymous log-ons',
  AU: 'every account of the domain',
  BU: 'the group Users',
  BG: 'the group Guests',
  IU: 'everybody who logs on here',
  NU: 'everybody who comes over the network',
  PU: 'the group Power Users',
  LS: 'LOCAL SERVICE',
  NS: 'NETWORK SERVICE',
};

const say = (account: string): string =>
  account === '' ? 'an unknown owner' : (spoken[account] ?? `the account ${account}`);

/** Entries that let somebody in: allowed, also by object, with a condition, or both. */
const allows: ReadonlySet<string> = new Set(['A', 'OA', 'XA', 'ZA']);

const accountsIn = (list: string): readonly string[] =>
  [...list.matchAll(/\(([A-Z]+);[^;]*;[^;]*;[^;]*;[^;]*;([^;)]+)/g)]
    .filter(([, type = '']) => allows.has(type))
    .map(([, , account = '']) => account);

/**
 * Who beside SYSTEM, Administrators and ourselves can get in, for a person. Whoever owns a folder can open it at any time,
 * so an owner counts like an entry: anybody may have made the folder before we did.
 * @param self how the account that runs us is written in the same text
 */
export const othersIn = (sddl: string, self: string): readonly string[] => {
  const [, owner = ''] = /^O:(.*?)(?=G:|D:|S:|$)/.exec(sddl) ?? [];
  const [, list] = /D:(.*?)(?=S:[A-Z]*\(|S:$|$)/.exec(sddl) ?? [];
  // No list at all lets everybody in; an empty one nobody.
  const open = list === undefined || list.startsWith('NO_ACCESS_CONTROL');
  const accounts = [owner, ...(open ? ['WD'] : accountsIn(list))];
  const others = accounts.filter((account) => !own.has(account) && account !== trustedInstaller && account !== self);
  return [...new Set(others)].map(say);
};
