import type {Step} from './model.ts';

/** Two mitigations of one plan may need one step: it is taken once, and says because of whom. */
export const mergeSteps = (steps: readonly Step[]): readonly Step[] => {
  const merged = new Map<string, Step>();
  for (const step of steps) {
    const known = merged.get(step.id);
    merged.set(step.id, known ? {...known, because: [...new Set([...known.because, ...step.because])]} : step);
  }
  return [...merged.values()];
};
