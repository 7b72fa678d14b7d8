import type {Notice} from '../../../src/agent/report/notify/notice.ts';
import {sampleNotices} from '../../../src/agent/report/notify/samples.ts';

export const noticeTime = new Date('2026-11-22T03:00:00.000Z');

/** A plan that waits, with its preview: the longest message there is. */
export const planWaiting = (): Notice => {
  const notice = sampleNotices(noticeTime).find(({kind}) => kind === 'plan-waiting');
  if (!notice) throw new Error('there is no sample of a plan that waits');
  return notice;
};
