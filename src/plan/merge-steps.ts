import type {Step} from './model.ts';

const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])];

const mergeTwo = (known: Step, other: Step): Step => ({
  ...known,
  because: union(known.because, other.because),
  disruption: union(known.disruption, other.disruption),
});

/**
 * Two mitigations of one plan may need one step: it is taken once, and says because of whom and what each of them knows
 * of its effects.
 */
export const mergeSteps = (steps: readonly Step[]): readonly Step[] => {
  const merged = new Map<string, Step>();
  for (const step of steps) {
    const known = merged.get(step.id);
    merged.set(step.id, known ? mergeTwo(known, step) : step);
  }
  return [...merged.values()];
};
