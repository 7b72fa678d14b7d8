import {userInfo} from 'node:os';

/** The account of the operating system, for the journal. A name given by hand would prove nothing. */
export const account = (): string => {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as in some containers.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
};
