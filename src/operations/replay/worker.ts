import {parentPort} from 'node:worker_threads';
import {scanModule} from '../../rewrite/logs/scanner.ts';
import {getReady, type Part, type ReplayJob, replayPart} from './part.ts';

/** A thread of the replay: takes up a job, then parts one by one, and answers each with what it has counted. */

type Order = {readonly job: ReplayJob} | {readonly id: number; readonly part: Part};

if (parentPort) {
  const port = parentPort;
  let job: ReplayJob | undefined;
  getReady();
  port.postMessage({id: 0, module: scanModule()});
  port.on('message', async (order: Order) => {
    if ('job' in order) {
      job = order.job;
      getReady(job);
      return;
    }
    const {id, part} = order;
    try {
      if (!job) throw new TypeError('a part came before its job');
      port.postMessage({id, result: await replayPart(part, job)});
    } catch (error) {
      port.postMessage({id, failed: error instanceof Error ? error.message : String(error)});
    }
  });
}
