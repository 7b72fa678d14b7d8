import {Refusal} from '../kit/refusal.ts';
import type {BuildLane, Mitigation, Notes, ProbeRequest} from '../mitigation/model.ts';
import {actionElement} from './action-element.ts';
import {type FeedElement, writeElement} from './xml-text.ts';

/** Attributes of the feed itself. */
export interface FeedHead {
  /** Version of the envelope, `1.0.4` as the genuine feed has. */
  readonly version: string;
  /** Must grow with every feed that is published: a smaller one is a replay. */
  readonly serial: number;
  readonly issued: Date;
  /** undefined: never, and a reader that keeps getting the same answer cannot tell. */
  readonly expires: Date | undefined;
}

const parent = (name: string, children: readonly FeedElement[]): readonly FeedElement[] =>
  children.length === 0 ? [] : [{name, attributes: [], children}];

const texts = (name: string, values: readonly (string | undefined)[]): readonly FeedElement[] =>
  values
    .filter((value) => value !== undefined && value !== '')
    .map((text) => ({name, attributes: [], children: [], text: text ?? ''}));

const laneElement = ({product, cu, from, fixedIn, removableFrom}: BuildLane): FeedElement => ({
  name: 'Builds',
  attributes: [
    ['product', product],
    ['cu', cu],
    ['from', from],
    ...(fixedIn === undefined ? [] : [['fixedIn', fixedIn] as const]),
    ...(removableFrom === undefined ? [] : [['removableFrom', removableFrom] as const]),
  ],
  children: [],
});

const notesElements = (notes: Notes): readonly FeedElement[] =>
  parent('Notes', [
    ...texts('SideEffect', notes.sideEffects),
    ...texts('Reach', notes.reach),
    ...texts('Loss', notes.losses),
    ...texts('Rollback', [notes.rollback]),
    ...texts('Alternative', [notes.alternative]),
    ...texts('Source', notes.sources),
  ]);

const probeElement = (name: 'Blocked' | 'Passed', {method, url, headers, why}: ProbeRequest): FeedElement => ({
  name,
  attributes: [
    ['method', method],
    ['url', url],
    ['why', why],
  ],
  children: Object.entries(headers).map(([header, value]) => ({
    name: 'Header',
    attributes: [
      ['name', header],
      ['value', value],
    ],
    children: [],
  })),
});

const configElement = (mitigation: Mitigation): FeedElement => ({
  name: 'Config',
  attributes: [
    ['id', mitigation.id],
    ['desc', mitigation.description],
    ...(mitigation.cves.length === 0 ? [] : [['cve', mitigation.cves.join(' ')] as const]),
  ],
  children: [
    ...parent('AppliesTo', mitigation.appliesTo.map(laneElement)),
    {name: 'ActionList', attributes: [], children: mitigation.actions.map(actionElement)},
    ...notesElements(mitigation.notes),
    ...parent('Probes', [
      ...mitigation.blocked.map((probe) => probeElement('Blocked', probe)),
      ...mitigation.passed.map((probe) => probeElement('Passed', probe)),
    ]),
  ],
});

const instant = (at: Date): string => at.toISOString().replace('.000Z', 'Z');

const refuse = (message: string): never => {
  throw new Refusal('PUBLISH.FEED', message);
};

const checkHead = ({version, serial, issued, expires}: FeedHead): void => {
  if (!/^\d{1,5}(?:\.\d{1,5}){2,3}$/.test(version)) refuse(`"${version}" is not a version such as 1.0.4.`);
  if (!Number.isSafeInteger(serial) || serial < 0 || serial >= 1e15)
    refuse('The serial must be a whole number, not negative.');
  if (expires && expires <= issued) refuse('The feed would expire before it is issued.');
};

/** An unsigned feed in our dialect; the same input gives the same bytes. */
export const buildFeed = (mitigations: readonly Mitigation[], head: FeedHead): string => {
  checkHead(head);
  const seen = new Set<string>();
  for (const {id} of mitigations) {
    if (seen.has(id.toLowerCase())) refuse(`The mitigation ${id} stands twice.`);
    seen.add(id.toLowerCase());
  }
  const root: FeedElement = {
    name: 'EOCS',
    attributes: [
      ['version', head.version],
      ['serial', String(head.serial)],
      ['issued', instant(head.issued)],
      ...(head.expires ? [['expires', instant(head.expires)] as const] : []),
    ],
    children: mitigations.map(configElement),
  };
  return `<?xml version="1.0" encoding="utf-8"?>\n${writeElement(root)}`;
};
