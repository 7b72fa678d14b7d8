import {addCommand, removeCommand} from '../iis/appcmd-edits.ts';
import {isFault, malformed, readConfigFile} from '../iis/config-file.ts';
import type {ElementSpec} from '../iis/element-spec.ts';
import {findItem} from '../iis/find.ts';
import {toSpec} from '../iis/to-spec.ts';
import {sha256} from '../kit/hash.ts';
import {redact} from '../kit/redact.ts';
import {note, refuse} from '../plan/finding.ts';
import {fileKey, resourceKey} from '../plan/holds.ts';
import type {Check, ElementAddress, Finding, Resource, StepCommand} from '../plan/model.ts';
import {meaningOf} from '../rewrite/behaviour.ts';
import {commitOf} from './commit-of.ts';
import type {Release} from './releases.ts';
import {type Undoing, type UndoPlan, undoStep} from './undo-plan.ts';

type ElementRelease = Release & {readonly resource: Extract<Resource, {kind: 'element'}>};

export const isElementRelease = (release: Release): release is ElementRelease => release.resource.kind === 'element';

const commandMs = 60_000;

interface Present {
  readonly release: ElementRelease;
  readonly at: ElementAddress;
  readonly spec: ElementSpec;
  readonly meaning: string;
}

/** The meaning that the run proved after it had written the element. */
const writtenMeaning = ({step, resource}: ElementRelease): string | undefined => {
  const key = resourceKey(resource);
  for (const command of step.commands) {
    if (command.do !== 'run') continue;
    for (const check of command.after) {
      if (check.check !== 'element' || check.is !== 'present') continue;
      if (resourceKey({...resource, at: check.at}) === key) return check.meaning;
    }
  }
  return undefined;
};

const currentText = async (at: ElementAddress, {reader}: Undoing) => {
  const result = await readConfigFile(reader, at.file);
  if (result && isFault(result)) throw malformed(result.fault);
  const element = result && findItem(result.file.document, at, at);
  return element && result ? {element, text: result.file.document.text.slice(element.start, element.end)} : undefined;
};

/** The elements of one step away again, by one command; what others changed meanwhile is not destroyed. */
export const undoElements = async (releases: readonly ElementRelease[], undoing: Undoing): Promise<UndoPlan> => {
  const findings: Finding[] = [];
  const present: Present[] = [];
  for (const release of releases) {
    const {at, was} = release.resource;
    const concerns = release.because;
    // A file that is restored is as its backup says; what stands in it now may not even be readable.
    if (was === 'present' || undoing.restored.has(fileKey(at.file))) continue;
    const current = await currentText(at, undoing);
    if (!current) {
      findings.push(
        note('ROLLBACK.GONE_ALREADY', `${nameOf(at)} is not in ${at.file} any more: nothing to remove`, {concerns}),
      );
      continue;
    }
    const spec = toSpec(current.element);
    const meaning = sha256(meaningOf(spec));
    if (meaning !== writtenMeaning(release)) findings.push(changed(release, current.text));
    present.push({release, at, spec, meaning});
  }
  const first = present[0];
  if (!first) return {steps: [], findings};
  await undoing.prediction.remove(present.toReversed().map(({at}) => at));
  const step = removal(present, first);
  undoing.prediction.mark(step.id);
  return {steps: [step], findings};
};

const removal = (present: readonly Present[], first: Present) => {
  const {at, release} = first;
  const target = {configPath: at.configPath, commit: commitOf(at), section: at.section};
  const items = present.map(({at: {collection}, spec}) => ({collection, element: spec}));
  const gone = present.map((item): Check => ({check: 'element', at: item.at, is: 'absent'}));
  const there = present.map(
    ({at: address, meaning}): Check => ({check: 'element', at: address, is: 'present', meaning}),
  );
  const run = (command: ReturnType<typeof addCommand>, after: Check[]): StepCommand => ({
    do: 'run',
    command,
    timeoutMs: commandMs,
    after,
    settleMs: 0,
  });
  const where = at.location === null ? at.file : `${at.file}, location ${at.location}`;
  return undoStep({
    id: release.step.id.replace(/\/add$/, '/remove'),
    symbol: '-',
    label: `${present.map((item) => nameOf(item.at)).join(', ')} in ${where}`,
    because: [...new Set(present.flatMap((item) => item.release.because))],
    resources: present.map((item) => item.release.resource),
    reloads: release.step.reloads,
    touches: [at.file],
    before: there,
    commands: [run(removeCommand(target, items), gone)],
    undo: [run(addCommand(target, items), there)],
  });
};

const nameOf = ({element, keys}: ElementAddress): string => `${element} "${Object.values(keys).join(', ')}"`;

/** Base, ours, theirs: the person decides, nothing is overwritten. */
const changed = ({resource, plan, because}: ElementRelease, theirs: string): Finding => {
  const {at} = resource;
  const ours = plan.body.predicted.find(({file}) => fileKey(file) === fileKey(at.file))?.diff ?? '(not recorded)';
  return refuse(
    'ROLLBACK.CHANGED_SINCE',
    [
      `${nameOf(at)} in ${at.file} is not what the run left there`,
      'before the run: (absent)',
      `the run wrote:\n${ours}`,
      `it is now:\n${redact(theirs)}`,
    ].join('\n'),
    {concerns: because},
  );
};
