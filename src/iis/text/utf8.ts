/** Half of a pair, which UTF-8 cannot say. */
const lone = /\p{Surrogate}/gu;

/** Half a pair becomes another character that XML does not allow either, as long as it: it is refused at its place. */
export const utf8Of = (text: string): Buffer => Buffer.from(text.isWellFormed() ? text : text.replace(lone, '\uFFFE'));
