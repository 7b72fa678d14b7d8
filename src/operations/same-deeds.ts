import type {Mitigation} from '../mitigation/model.ts';

/** What a mitigation does; its notes may change without a change on any server. */
const deeds = ({actions}: Mitigation): string => JSON.stringify(actions.map(({description: _, ...action}) => action));

export const sameDeeds = (a: Mitigation, b: Mitigation): boolean => deeds(a) === deeds(b);
