import {expect, test} from 'vitest';
import {othersIn, othersWhoChange, othersWhoMove} from '../../../src/server/windows/access-text.ts';

const self = 'S-1-5-21-1-2-3-1105';
const closed = 'O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)';

test.each([
  ['as stopgap makes it', closed, []],
  ['with the group and an audit list beside it', `${closed.replace('D:', 'G:DUD:')}S:AI(AU;SAFA;FA;;;WD)`, []],
  ['made by Windows', 'O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464D:P(A;;FA;;;SY)', []],
  ['owned and used by the account that runs us', `O:${self}D:P(A;;FA;;;SY)(A;;FA;;;${self})`, []],
  ['with an empty list', 'O:SYD:P', []],
  ['by its long identifiers', 'O:S-1-5-18D:(A;;FA;;;S-1-5-32-544)', []],
  [
    'inherited from ProgramData',
    'O:BAD:AI(A;OICIID;FA;;;SY)(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)',
    ['the group Users'],
  ],
  [
    'made by somebody before us',
    `O:S-1-5-21-1-2-3-1200D:P(A;;FA;;;SY)(A;;FA;;;BA)`,
    ['the account S-1-5-21-1-2-3-1200'],
  ],
  ['open to everybody', 'O:BAD:(A;;FA;;;WD)', ['everybody']],
  ['open under a condition', 'O:BAD:(XA;;FX;;;AU;(@User.Title=="PM"))', ['every account of the domain']],
  ['with an entry that refuses only', 'O:BAD:(D;;FA;;;WD)(A;;FA;;;SY)', []],
  ['without a list at all', 'O:BA', ['everybody']],
  ['with a list that says so', 'O:BAD:NO_ACCESS_CONTROL', ['everybody']],
  ['of nobody known', 'D:P(A;;FA;;;SY)', ['an unknown owner']],
])('a folder %s', (_, sddl, others) => {
  expect(othersIn(sddl, self)).toEqual(others);
});

test.each([
  ['in Program Files', 'O:SYD:AI(A;ID;0x1200a9;;;BU)(A;ID;FA;;;BA)(A;ID;FA;;;SY)', []],
  [
    'in a folder that somebody made below C:',
    'O:BAD:AI(A;ID;0x1301bf;;;AU)(A;ID;FA;;;BA)',
    ['every account of the domain'],
  ],
  ['that may be read and run', 'O:BAD:(A;;FRFX;;;WD)', []],
  ['that may be written', 'O:BAD:(A;;FRFW;;;BU)', ['the group Users']],
  ['in a folder where files may be added', 'O:BAD:(A;CI;LC;;;BU)(A;;FR;;;WD)', ['the group Users']],
  ['in a folder whose files may be written later', 'O:BAD:(A;OICIIO;GA;;;BU)', []],
  ['of somebody else', 'O:S-1-5-21-1-2-3-1200D:(A;;FR;;;WD)', ['the account S-1-5-21-1-2-3-1200']],
  ['that inherits from a closed state folder', 'O:BAD:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)', []],
  [
    'that was moved there with the list of its old folder',
    'O:BAD:AI(A;;FA;;;BA)(A;;FA;;;SY)(A;;0x1200a9;;;BU)(A;;0x1301bf;;;AU)',
    ['every account of the domain'],
  ],
  ['whose inheritance was broken for somebody', `O:BAD:PAI(A;;FA;;;BA)(A;;0x1301bf;;;LS)`, ['LOCAL SERVICE']],
])('a program or an entry of a state folder %s', (_, sddl, others) => {
  expect(othersWhoChange(sddl, self)).toEqual(others);
});

test.each([
  ['C:\\ itself, where everybody may make folders', 'O:SYD:P(A;OICI;FA;;;BA)(A;;LC;;;AU)(A;OICIIO;SDGXGWGR;;;AU)', []],
  ['Program Files', 'O:SYD:PAI(A;OICI;FA;;;SY)(A;;0x1301bf;;;BA)(A;OICI;0x1200a9;;;BU)', []],
  ['one that may be renamed', 'O:BAD:AI(A;OICIID;0x1301bf;;;AU)', ['every account of the domain']],
  ['one out of which folders may be renamed', 'O:BAD:(A;;DT;;;BU)', ['the group Users']],
  ['one where files may only be added', 'O:BAD:(A;CI;FW;;;BU)', []],
  ['one of somebody else', 'O:S-1-5-21-1-2-3-1200D:(A;;FR;;;WD)', ['the account S-1-5-21-1-2-3-1200']],
])('a folder above the program: %s', (_, sddl, others) => {
  expect(othersWhoMove(sddl, self)).toEqual(others);
});
