import type {Finding, Step} from '../plan/model.ts';
import type {Prediction} from '../plan/predict.ts';
import type {ServerReader} from '../server/server.ts';

/** What undoing one or several resources asks for. */
export interface UndoPlan {
  readonly steps: readonly Step[];
  readonly findings: readonly Finding[];
}

export interface Undoing {
  readonly reader: ServerReader;
  readonly prediction: Prediction;
  /** Keys of files that are restored byte for byte: what stands in them needs no command. */
  readonly restored: ReadonlySet<string>;
}

/** The frame of a step that takes something back. */
export const undoStep = (
  fields: Pick<Step, 'id' | 'symbol' | 'label' | 'because' | 'resources' | 'before' | 'commands' | 'undo'> &
    Partial<Pick<Step, 'reloads' | 'touches'>>,
): Step => ({
  id: fields.id,
  kind: 'undo',
  symbol: fields.symbol,
  label: fields.label,
  because: fields.because,
  status: fields.commands.length === 0 ? 'done' : 'to-do',
  resources: fields.resources,
  disruption: [],
  reloads: fields.reloads ?? [],
  declares: [],
  touches: fields.touches ?? [],
  before: fields.before,
  commands: fields.commands,
  undo: fields.undo,
});
