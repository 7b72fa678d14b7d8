import {Refusal} from '../kit/refusal.ts';
import {appcmd, type CommandLine} from '../server/command.ts';
import type {ElementSpec} from './element-spec.ts';

/**
 * Where `appcmd set config` writes: the web.config of the path itself, applicationHost.config, or a location in the
 * web.config of a level above.
 */
export interface CommitTarget {
  /** '' for the server. */
  readonly configPath: string;
  readonly commit: 'web.config' | 'apphost' | {readonly above: string};
  readonly section: string;
}

/** An item of a section, as a command adds or removes it. */
export interface CommandItem {
  /** '' for the section's own collection. */
  readonly collection: string;
  readonly element: ElementSpec;
}

/** Children of an item that are collections themselves: their items are added by an indexer, they have no key. */
const itemNames = new Map([
  ['conditions', 'add'],
  ['serverVariables', 'set'],
]);

/** Items that hold their entries directly: `/+preConditions.[name='P'].[input='..',pattern='..']`. */
const directItems = new Set(['preCondition', 'rewriteMap', 'tags']);

/*
 * No escape for an apostrophe inside of an indexer is documented, and a control character would end the argument for
 * some reader: such values are refused, never mangled. Scalar values after `.attribute:` are taken raw.
 */
const indexed = (value: string): string => {
  if (value.includes("'")) throw unexpressible(value, 'an apostrophe inside of an indexer');
  return raw(value);
};

const raw = (value: string): string => {
  if (/[\r\n\0]/.test(value)) throw unexpressible(value, 'a line break or NUL');
  return value;
};

const unexpressible = (value: string, what: string): Refusal =>
  new Refusal('IIS.UNEXPRESSIBLE', `appcmd has no documented way to say ${JSON.stringify(value)}: ${what}`, {
    next: [{label: 'Change the value in the mitigation, or set it by hand in IIS Manager'}],
  });

const indexer = (attributes: ElementSpec['attributes']): string =>
  `[${attributes.map(([name, value]) => `${name}='${indexed(value)}'`).join(',')}]`;

const keyIndexer = (element: ElementSpec): string =>
  indexer(element.attributes.filter(([name]) => name === 'name').slice(0, 1));

const editsOf = ({collection, element}: CommandItem): readonly string[] => {
  const prefix = collection === '' ? '' : `${collection}.`;
  const self = `${prefix}${keyIndexer(element)}`;
  return [
    `/+${prefix}${indexer(element.attributes)}`,
    ...element.children.flatMap((child) => childEdits(self, element, child)),
  ];
};

const childEdits = (self: string, parent: ElementSpec, child: ElementSpec): readonly string[] => {
  if (directItems.has(parent.name)) return [`/+${self}.${indexer(child.attributes)}`];
  const scalars = child.attributes.map(([name, value]) => `/${self}.${child.name}.${name}:${raw(value)}`);
  if (!itemNames.has(child.name)) return scalars;
  return [...scalars, ...child.children.map((item) => `/+${self}.${child.name}.${indexer(item.attributes)}`)];
};

const commitOption = (commit: CommitTarget['commit']): readonly string[] => {
  if (commit === 'web.config') return [];
  if (commit === 'apphost') return ['/commit:apphost'];
  return [`/commit:${commit.above.includes('/') ? commit.above : 'site'}`];
};

const setConfig = ({configPath, commit, section}: CommitTarget, edits: readonly string[]): CommandLine =>
  appcmd(
    'set',
    'config',
    ...(configPath === '' ? [] : [configPath]),
    `/section:${section}`,
    ...edits,
    ...commitOption(commit),
  );

/** One command for all additions to one section: one commit, so that the site reloads once. */
export const addCommand = (target: CommitTarget, items: readonly CommandItem[]): CommandLine =>
  setConfig(target, items.flatMap(editsOf));

/** An item as the stepwise form adds it first: a rule that does nothing yet. */
const disabled = ({collection, element}: CommandItem): CommandItem => ({
  collection,
  element: {
    ...element,
    attributes: element.attributes.map(([name, value]) => [name, name === 'enabled' ? 'false' : value]),
  },
});

/** Whether the stepwise form switches the item on at the end. */
const isSwitched = ({collection, element}: CommandItem): boolean => collection === '' && element.name === 'rule';

/**
 * The item as the stepwise form leaves it: `enabled="true"` stands written, where it had been absent. A rule that is off
 * anyway stays off.
 */
export const stepwiseElement = (item: CommandItem): ElementSpec => {
  const {element} = item;
  const [name, ...rest] = element.attributes;
  if (!isSwitched(item) || !name || element.attributes.some(([key]) => key === 'enabled')) return element;
  return {...element, attributes: [name, ['enabled', 'true'], ...rest]};
};

/**
 * One command for each edit, for an appcmd that does not see in one command what an earlier edit of it has added. A rule is
 * off until all of it is there. @param items their elements as `stepwiseElement` gives them
 */
export const addStepwise = (target: CommitTarget, items: readonly CommandItem[]): readonly CommandLine[] =>
  items.flatMap((item) => {
    const on = item.element.attributes.some(([name, value]) => name === 'enabled' && value.toLowerCase() === 'true');
    const edits = editsOf(isSwitched(item) ? disabled(item) : item);
    const last = isSwitched(item) && on ? [`/${keyIndexer(item.element)}.enabled:true`] : [];
    return [...edits, ...last].map((edit) => setConfig(target, [edit]));
  });

/** One command that takes items of one section away by their name, the last added first. */
export const removeCommand = (target: CommitTarget, items: readonly CommandItem[]): CommandLine =>
  setConfig(
    target,
    items
      .toReversed()
      .map(({collection, element}) => `/-${collection === '' ? '' : `${collection}.`}${keyIndexer(element)}`),
  );
