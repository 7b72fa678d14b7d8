import {parentPort, workerData} from 'node:worker_threads';
import {type Part, type ReplayJob, replayPart} from './part.ts';

/** A thread of the replay: takes parts one by one and answers each with what it has counted. */

const isJob = (data: unknown): data is ReplayJob => typeof data === 'object' && data !== null && 'rules' in data;

if (parentPort && isJob(workerData)) {
  const port = parentPort;
  const job = workerData;
  port.postMessage({id: 0});
  port.on('message', async ({id, part}: {id: number; part: Part}) => {
    try {
      port.postMessage({id, result: await replayPart(part, job)});
    } catch (error) {
      port.postMessage({id, failed: error instanceof Error ? error.message : String(error)});
    }
  });
}
