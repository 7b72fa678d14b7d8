import type {Clock} from '../kit/clock.ts';

/** A reload recycles the application; Exchange's take minutes to answer for the first time. */
export const usualWarmUpMs = 180_000;
const retryMs = 5000;

interface Asking<Q, A> {
  readonly ask: (question: Q) => Promise<A>;
  readonly good: (answer: A, question: Q) => boolean;
  readonly warmUpMs: number;
}

/**
 * The last answer to each question, in their order. Every one is asked, and those whose answer is not good once more and once
 * more, until the warm-up is over: requests that hang use it up like the pauses between them.
 */
export const askUntilGood = async <Q, A>(
  clock: Clock,
  questions: readonly Q[],
  {ask, good, warmUpMs}: Asking<Q, A>,
): Promise<readonly A[]> => {
  const end = clock.elapsed() + warmUpMs;
  const left = (): number => end - clock.elapsed();
  const seen: {readonly question: Q; answer: A}[] = [];
  // One after the other: a server that warms up has enough to do.
  for (const question of questions) seen.push({question, answer: await ask(question)});
  for (;;) {
    const wrong = seen.filter(({question, answer}) => !good(answer, question));
    if (wrong.length === 0 || left() <= 0) return seen.map(({answer}) => answer);
    await clock.sleep(Math.min(retryMs, left()));
    // Only what was wrong is asked again: each GET may start a worker process.
    for (const one of wrong) {
      one.answer = await ask(one.question);
      if (left() < 0) break;
    }
  }
};
