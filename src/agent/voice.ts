import type {Happening, Listener} from './happening.ts';
import type {Mind} from './mind.ts';

/** Says what happens to everybody who listens. */
export interface Voice {
  readonly tell: (what: Happening) => Promise<void>;
  /** Says a state when it begins or becomes another; `state` is what tells one from another. */
  readonly tellOnce: (about: string, state: string, what: () => Happening) => Promise<void>;
  /** The state is over: when it comes back it is said again. */
  readonly over: (about: string) => void;
}

interface Speaking {
  readonly listeners: readonly Listener[];
  readonly mind: Mind;
  readonly host: string;
  readonly now: () => Date;
  /** A listener that fails is only worth a line in the log: what is done to the server does not wait for a mail. */
  readonly onFault: (listener: string, error: unknown) => void;
}

export const openVoice = ({listeners, mind, host, now, onFault}: Speaking): Voice => {
  const tell = async (what: Happening): Promise<void> => {
    const occurrence = {at: now().toISOString(), host, what};
    for (const listener of listeners) {
      try {
        await listener.tell(occurrence);
      } catch (error) {
        onFault(listener.name, error);
      }
    }
  };
  return {
    tell,
    tellOnce: async (about, state, what) => {
      const {said} = mind.memory();
      if (said[about] === state) return;
      await tell(what());
      mind.change({said: {...mind.memory().said, [about]: state}});
    },
    over: (about) => {
      const {[about]: before, ...said} = mind.memory().said;
      if (before !== undefined) mind.change({said});
    },
  };
};
