import {escapeLine} from '../kit/escape-control.ts';
import type {StatusRow} from '../operations/status.ts';
import {csvText} from './csv.ts';
import {table} from './table.ts';

/** One row of the table: Get-Mitigations' columns, and ours behind them. */
export type FleetRow = Pick<StatusRow, 'id' | 'type' | 'description' | 'details' | 'run' | 'since'> & {
  readonly server: string;
  readonly status: StatusRow['status'] | 'Unreadable';
};

/** A server, as it was named, and what was found there. */
export interface FleetMember {
  readonly name: string;
  /** What it calls itself; absent where it cannot be read. */
  readonly host?: string;
  readonly rows: readonly FleetRow[];
  /** Sentences that stand in no row. */
  readonly notes: readonly string[];
  readonly attention: boolean;
}

/** Where several of the servers have one host name, the name that was given follows it, in rows and in sentences. */
export const toldApart = (members: readonly FleetMember[]): readonly FleetMember[] => {
  const hosts = members.map(({host}) => host);
  return members.map((member) => {
    const {host, name} = member;
    if (host === undefined || host === name || hosts.indexOf(host) === hosts.lastIndexOf(host)) return member;
    const said = `${host} (${name})`;
    return {
      ...member,
      rows: member.rows.map((row) => ({...row, server: said})),
      notes: member.notes.map((note) => (note.startsWith(`${host}: `) ? said + note.slice(host.length) : note)),
    };
  });
};

const columns = ['Server', 'ID', 'Type', 'Description', 'Status'] as const;

export const fleetText = (members: readonly FleetMember[], width: number): string => {
  const rows = members.flatMap((member) =>
    // A server without a row would look forgotten.
    member.rows.length === 0
      ? [[member.name, '', '', 'no mitigation', '']]
      : member.rows.map(({server, id, type, description, status}) => [
          ...[server, id, type],
          ...[status === 'Unreadable' ? 'see below' : description, status],
        ]),
  );
  const reasons = members.flatMap((member) =>
    member.rows.flatMap(({status, description}) => (status === 'Unreadable' ? [`${member.name}: ${description}`] : [])),
  );
  const notes = [...reasons, ...members.flatMap((member) => member.notes)].map((note) => `! ${escapeLine(note)}`);
  const unread = members.filter(({rows: own}) => own.some(({status}) => status === 'Unreadable')).length;
  const count = `${members.length} servers${unread === 0 ? '' : `, ${unread} of them cannot be read`}`;
  return [table(columns, rows, width), '', ...notes, count, ''].join('\n');
};

/** The columns of Get-Mitigations, and ours behind them. */
export const fleetCsv = (members: readonly FleetMember[]): string =>
  csvText([
    [...columns, 'Run', 'Since', 'Details'],
    ...members.flatMap(({rows}) =>
      rows.map(({server, id, type, description, status, run, since, details}) => [
        ...[server, id, type, description, status],
        ...[run ?? '', since ?? '', details.join('; ')],
      ]),
    ),
  ]);
