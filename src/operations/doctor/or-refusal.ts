import {isRefusal, type Refusal} from '../../kit/refusal.ts';

/** What a look brings, or why it was refused, which is an answer too where it tells what is wrong. */
export const orRefusal = async <T>(look: () => Promise<T>): Promise<T | Refusal> => {
  try {
    return await look();
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
};
