import type {Judged} from './judge-mitigation.ts';
import type {Leftover} from './leftovers.ts';

/** One sentence about one thing that is not as the journals say, or not needed as the build says. */
export interface ReconcileRow {
  readonly what: string;
  readonly status:
    | 'missing'
    | 'drifted'
    | 'changed'
    | 'suspended'
    | 'obsolete'
    | 'keep'
    | 'in place'
    | 'leftover'
    | 'unknown';
  /** What the plan does about it. */
  readonly proposal:
    | 'apply again'
    | 'replace'
    | 'remove'
    | 'close the books'
    | 'nothing'
    | 'adopt, then remove'
    | 'adopt'
    | 'look at it';
  readonly why: string;
}

export const changedRow = ({mitigation: {id}}: Judged): readonly ReconcileRow[] => [
  {what: id, status: 'changed', proposal: 'replace', why: 'the last accepted feed brings another text of it'},
];

export const rowOf = (
  {mitigation, active, status, need, details}: Judged,
  removing: ReadonlySet<string>,
): readonly ReconcileRow[] => {
  const row = (
    word: ReconcileRow['status'],
    proposal: ReconcileRow['proposal'],
    why: string,
  ): readonly ReconcileRow[] => [{what: mitigation.id, status: word, proposal, why}];
  const all = details.join('; ');
  if (!active) return [];
  switch (status) {
    case 'Missing':
      return row('missing', 'apply again', all);
    case 'Drifted':
      return row('drifted', 'apply again', all);
    case 'Suspended':
      return row('suspended', 'apply again', all);
    case 'Obsolete':
      return removing.has(mitigation.id)
        ? row('obsolete', 'remove', need.reason)
        : row('obsolete', 'close the books', `${need.reason}; it is gone already`);
    default:
      return need.status === 'fixed-keep'
        ? row('keep', 'nothing', need.reason)
        : row('in place', 'nothing', need.reason);
  }
};

/** Services and pools that somebody else left off. A rule of others is a row of its own. */
export const machineRow = ({mitigation, active, status, need}: Judged): readonly ReconcileRow[] => {
  const off = mitigation.actions.flatMap((action) => {
    if (action.kind === 'service') return [`service ${action.service}`];
    return action.kind === 'app-pool' ? [`application pool ${action.pool}`] : [];
  });
  if (active || off.length === 0 || (status !== 'Foreign' && status !== 'Obsolete')) return [];
  return [
    {
      what: off.join(', '),
      status: 'leftover',
      proposal: status === 'Foreign' ? 'adopt' : 'adopt, then remove',
      why: `off, as ${mitigation.id} wants it and ExchangeMitigations.ps1 leaves it; ${need.reason}`,
    },
  ];
};

export const leftoverRow = ({name, by, mitigation, at, line}: Leftover, judged: readonly Judged[]): ReconcileRow => {
  const what = `rule "${name}" (${at.file}:${line})`;
  if (mitigation === undefined) {
    const why =
      'it refuses requests as a mitigation does, and nobody knows it; stopgap adopt --rule NAME --as ID takes it over';
    return {what, status: 'unknown', proposal: 'look at it', why};
  }
  const need = judged.find((one) => one.mitigation.id === mitigation)?.need;
  const needed = need === undefined || need.status === 'affected' || need.status === 'fixed-keep';
  return {
    what,
    status: 'leftover',
    proposal: needed ? 'adopt' : 'adopt, then remove',
    why: `${mitigation}, put there by ${by}; ${need?.reason ?? 'the catalogue does not know it'}`,
  };
};

export const unknownRow = ([id, why]: readonly [string, string]): ReconcileRow => ({
  what: id,
  status: 'unknown',
  proposal: 'look at it',
  why: `it is active, and its text cannot be had: ${why}`,
});
