import {addCommand, removeCommand} from '../iis/appcmd-edits.ts';
import {sha256} from '../kit/hash.ts';
import type {Check, Resource, Step, StepCommand} from '../plan/model.ts';
import {meaningOf} from '../rewrite/behaviour.ts';
import {commitOf} from '../rollback/commit-of.ts';
import type {Leftover} from './leftovers.ts';

/** Elements of one section in one file and location go together: one command takes them away and puts them back. */
export const elementSteps = (id: string, leftovers: readonly Leftover[]): readonly Step[] => {
  const groups = new Map<string, Leftover[]>();
  for (const leftover of leftovers) {
    const {file, location, section} = leftover.at;
    const key = JSON.stringify([file, location, section]);
    groups.set(key, [...(groups.get(key) ?? []), leftover]);
  }
  return [...groups.values()].map((group, index) => elementStep(id, group, index));
};

// What a rule needs is added before it.
const preConditionsFirst = (a: Leftover, b: Leftover): number =>
  Number(b.at.collection === 'preConditions') - Number(a.at.collection === 'preConditions');

const elementStep = (id: string, unsorted: readonly Leftover[], index: number): Step => {
  const group = unsorted.toSorted(preConditionsFirst);
  const [first] = group;
  if (!first) throw new TypeError('a group of nothing');
  const {configPath, location, section, file} = first.at;
  const items = group.map(({at: {collection}, element}) => ({collection, element}));
  const there = group.map(
    ({at, element}): Check => ({check: 'element', at, is: 'present', meaning: sha256(meaningOf(element))}),
  );
  const gone = group.map(({at}): Check => ({check: 'element', at, is: 'absent'}));
  const target = {configPath, commit: commitOf(first.at), section};
  const run = (command: ReturnType<typeof addCommand>, after: readonly Check[]): StepCommand => ({
    do: 'run',
    command,
    timeoutMs: 60_000,
    after,
    settleMs: 0,
  });
  const names = group.map(({name, by}) => `"${name}" of ${by}`).join(', ');
  return adoptStep({
    id: `adopt/${id}.${index + 1}/add`,
    label: `${names} in ${file}${location === null ? '' : `, location ${location}`}`,
    because: [id],
    // As if we had added it: whoever takes the mitigation away takes these too.
    resources: group.map(({at}): Resource => ({kind: 'element', at, was: 'absent'})),
    touches: [file],
    commands: [run(addCommand(target, items), there)],
    undo: [run(removeCommand(target, items), gone)],
  });
};

/** The frame of a step that runs nothing: what it takes over is there. */
export const adoptStep = (
  fields: Pick<Step, 'id' | 'label' | 'because' | 'resources' | 'touches' | 'commands' | 'undo'>,
): Step => ({
  ...fields,
  kind: 'adopt',
  symbol: '+',
  status: 'done',
  disruption: [],
  reloads: [],
  declares: [],
  before: [],
});
