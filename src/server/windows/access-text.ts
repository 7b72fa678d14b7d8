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

interface Entry {
  readonly account: string;
  readonly flags: string;
  readonly rights: string;
}

const entriesIn = (list: string): readonly Entry[] =>
  [...list.matchAll(/\(([A-Z]+);([^;]*);([^;]*);[^;]*;[^;]*;([^;)]+)/g)].flatMap(
    ([, type = '', flags = '', rights = '', account = '']) => (allows.has(type) ? [{account, flags, rights}] : []),
  );

/** Owner and entries that let somebody in. No list at all lets everybody in, an empty one nobody. */
const read = (sddl: string): {readonly owner: string; readonly entries: readonly Entry[]} => {
  const [, owner = ''] = /^O:(.*?)(?=G:|D:|S:|$)/.exec(sddl) ?? [];
  const [, list] = /D:(.*?)(?=S:[A-Z]*\(|S:$|$)/.exec(sddl) ?? [];
  const open = list === undefined || list.startsWith('NO_ACCESS_CONTROL');
  return {owner, entries: open ? [{account: 'WD', flags: '', rights: 'FA'}] : entriesIn(list)};
};

/** @param self how the account that runs us is written in the same text */
const strangers = (accounts: readonly string[], self: string): readonly string[] => {
  const others = accounts.filter((account) => !own.has(account) && account !== trustedInstaller && account !== self);
  return [...new Set(others)].map(say);
};

/**
 * Who beside SYSTEM, Administrators and ourselves can get in, for a person. Whoever owns a folder can open it at any time,
 * so an owner counts like an entry: anybody may have made the folder before we did.
 */
export const othersIn = (sddl: string, self: string): readonly string[] => {
  const {owner, entries} = read(sddl);
  return strangers([owner, ...entries.map(({account}) => account)], self);
};

/** Rights as letters and as the bits of a mask (sddl.h, winnt.h). */
const letters: Readonly<Record<string, number>> = {
  ...{FA: 0x1f_01ff, FR: 0x12_0089, FW: 0x12_0116, FX: 0x12_00a0, GA: 0x1000_0000, GX: 0x2000_0000, GW: 0x4000_0000},
  ...{CC: 0x1, DC: 0x2, LC: 0x4, SW: 0x8, RP: 0x10, WP: 0x20, DT: 0x40, LO: 0x80, CR: 0x100},
  ...{SD: 0x1_0000, RC: 0x2_0000, WD: 0x4_0000, WO: 0x8_0000},
};
/** To delete or rename it or what lies directly in it, or to change owner and list. */
const moving = 0x40 | 0x1_0000 | 0x4_0000 | 0x8_0000 | 0x1000_0000;
/** Also to write and to append, or to put something into a folder. */
const changing = moving | 0x2 | 0x4 | 0x4000_0000;

const maskOf = (rights: string): number =>
  rights.startsWith('0x')
    ? Number(rights)
    : (rights.match(/../g) ?? []).reduce((mask, right) => mask | (letters[right] ?? 0), 0);

/** An entry that is only for what comes below is none. */
const othersWith = (wanted: number, sddl: string, self: string): readonly string[] => {
  const {owner, entries} = read(sddl);
  const able = entries.filter(({flags, rights}) => !/^(..)*?IO/.test(flags) && (maskOf(rights) & wanted) !== 0);
  return strangers([owner, ...able.map(({account}) => account)], self);
};

/** Who else can change a file, or put another one into a folder. */
export const othersWhoChange = (sddl: string, self: string): readonly string[] => othersWith(changing, sddl, self);

/** Who else can give a folder, or what lies directly in it, another name, and so put another one in its place. */
export const othersWhoMove = (sddl: string, self: string): readonly string[] => othersWith(moving, sddl, self);
