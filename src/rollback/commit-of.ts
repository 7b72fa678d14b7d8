import type {ElementAddress} from '../plan/model.ts';

/** Which file appcmd has to write: the one that holds the element. A location may stand in either of the two. */
export const commitOf = ({file}: Pick<ElementAddress, 'file'>): 'web.config' | 'apphost' =>
  /\\applicationHost\.config$/i.test(file) ? 'apphost' : 'web.config';
