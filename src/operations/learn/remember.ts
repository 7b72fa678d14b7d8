import {rememberCapabilities, rememberedCapabilities} from '../../rehearsal/capabilities.ts';
import {openState} from '../state.ts';
import type {Learnt} from './learn.ts';

/** Keeps what was learnt for that appcmd; what the answers leave open stays as a rehearsal has found it. */
export const rememberLearnt = async (stateDir: string, {appcmdVersion, capabilities}: Learnt): Promise<void> => {
  await openState(stateDir);
  const before = await rememberedCapabilities(stateDir, appcmdVersion);
  await rememberCapabilities(stateDir, appcmdVersion, {
    editsSeeEarlierAdds: capabilities.editsSeeEarlierAdds ?? before.editsSeeEarlierAdds,
    atStart: capabilities.atStart ?? before.atStart,
    percentEscapes: capabilities.percentEscapes ?? before.percentEscapes,
    emptyParents: capabilities.emptyParents ?? before.emptyParents,
  });
};
