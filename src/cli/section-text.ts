import {escapeLine} from '../kit/escape-control.ts';
import type {ApplicationItems, ItemRow} from '../operations/section-items.ts';
import {table} from './table.ts';

const cells = ({collection, name, file, line, takenAway}: ItemRow): readonly string[] => [
  `  ${collection === '' ? name : `${collection}: ${name}`}`,
  takenAway === null ? 'in force' : `taken away by <${takenAway.by}> ${takenAway.file}:${takenAway.line}`,
  `${file}:${line}`,
];

const block = (applications: readonly ApplicationItems[], width: number): string => {
  const [first] = applications;
  const {items = [], faults = []} = first ?? {};
  return [
    ...applications.map(({application}) => escapeLine(application)),
    ...faults.map(({file, line, reason}) => `  ! 500.19 ${escapeLine(`${reason} (${file}:${line})`)}`),
    items.length === 0 ? '  (nothing)' : table(['  Item', 'State', 'From'], items.map(cells), width),
    '',
  ].join('\n');
};

/** Applications that see the same are told together. */
export const sectionText = (applications: readonly ApplicationItems[], width: number): string =>
  [...Map.groupBy(applications, ({items, faults}) => JSON.stringify([items, faults])).values()]
    .map((same) => block(same, width))
    .join('\n');
