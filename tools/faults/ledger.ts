import type {Order} from './act.ts';
import {differences, type Picture} from './server.ts';

/** How one situation ended. Lost: neither as before nor as after. Unexplained: nobody was told what to do. */
export type End = 'before' | 'after' | 'lost' | 'unexplained';

export interface Row {
  readonly group: string;
  readonly tried: number;
  readonly before: number;
  readonly after: number;
  /** Situations that were answered with a refusal on the way. */
  readonly refused: number;
  readonly lost: number;
  readonly unexplained: number;
}

export interface Situation {
  readonly group: string;
  readonly label: string;
  readonly order: Order;
  readonly seen: Picture;
  /** Only one of them counts where the situation leaves no choice. */
  readonly wanted: readonly {readonly as: 'before' | 'after'; readonly picture: Picture}[];
}

/** Counts situations by group, and keeps what was lost word by word. */
export class Ledger {
  readonly #rows = new Map<string, Row>();
  readonly failures: string[] = [];

  record({group, label, order, seen, wanted}: Situation): End {
    const as = wanted.find(({picture}) => differences(seen, picture).length === 0)?.as;
    const end: End = !order.explained ? 'unexplained' : (as ?? 'lost');
    const row = this.#rows.get(group) ?? {group, tried: 0, before: 0, after: 0, refused: 0, lost: 0, unexplained: 0};
    const refused = order.said.some((code) => code.includes('.'));
    this.#rows.set(group, {...row, tried: row.tried + 1, refused: row.refused + Number(refused), [end]: row[end] + 1});
    if (end === 'lost' || end === 'unexplained') {
      const nearest = wanted.map(({as: which, picture}) => `from ${which}: ${differences(seen, picture).join('; ')}`);
      this.failures.push(`${group}, ${label}: ${end}; said ${order.said.join(', ')}; ${nearest.join(' | ')}`);
    }
    return end;
  }

  rows(): readonly Row[] {
    return [...this.#rows.values()];
  }
}

const columns = ['tried', 'before', 'after', 'refused', 'lost', 'unexplained'] as const;

export const tableOf = (rows: readonly Row[]): string => {
  const sum = (column: (typeof columns)[number]): number => rows.reduce((total, row) => total + row[column], 0);
  const width = Math.max(...rows.map(({group}) => group.length), 5);
  const line = (name: string, cells: readonly (string | number)[]): string =>
    `${name.padEnd(width)} ${cells.map((cell) => String(cell).padStart(11)).join('')}`;
  return [
    line('situation', columns),
    '-'.repeat(width + 1 + 11 * columns.length),
    ...rows.map((row) =>
      line(
        row.group,
        columns.map((column) => row[column]),
      ),
    ),
    '-'.repeat(width + 1 + 11 * columns.length),
    line('all', columns.map(sum)),
  ].join('\n');
};
