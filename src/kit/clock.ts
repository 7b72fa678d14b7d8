/** Time is an argument. `sleep` waits that many milliseconds of this clock, which a simulated clock may pass at once. */
export interface Clock {
  now(): Date;
  /** Milliseconds since some moment, for measuring: they go on whatever the clock is set to. */
  elapsed(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** A clock that stands still at one moment and whose sleeps pass at once. */
export const fixedClock = (at: string | Date): Clock => {
  let time = new Date(at).getTime();
  return {
    now: () => new Date(time),
    elapsed: () => time,
    sleep: async (milliseconds) => {
      time += milliseconds;
    },
  };
};
