import {applicabilityOf} from '../mitigation/applicability.ts';
import type {Mitigation} from '../mitigation/model.ts';
import type {ServerFacts} from '../server/server.ts';
import {note, refuse} from './finding.ts';
import type {Finding} from './model.ts';

/** Whether a mitigation is for this server, why, and what to say about it. */
export interface Applicable {
  readonly applies: boolean;
  readonly reason: string;
  readonly findings: readonly Finding[];
}

/** One that was asked for by name and does not apply refuses the plan; one that came with a feed is only listed. */
export const applicableTo = (mitigation: Mitigation, facts: ServerFacts, asked: 'by-name' | 'by-feed'): Applicable => {
  const concerns = [mitigation.id];
  const no = (reason: string): Applicable => ({
    applies: false,
    reason,
    findings: [
      (asked === 'by-name' ? refuse : note)(
        'MITIGATION.NOT_APPLICABLE',
        `${mitigation.id} does not apply here: ${reason}`,
        {
          concerns,
        },
      ),
    ],
  });
  if (mitigation.appliesTo.length === 0) return {applies: true, reason: 'for every build', findings: []};
  const {exchange, exchangeUnreadable} = facts;
  if (!exchange) {
    if (exchangeUnreadable === undefined) return no('there is no Exchange on this server');
    const message = `the Exchange build cannot be read: ${exchangeUnreadable}`;
    return {applies: false, reason: message, findings: [refuse('EXCHANGE.BUILD_UNREADABLE', message, {concerns})]};
  }
  if (exchange.role !== 'mailbox')
    return no(`this server has the role ${exchange.role} and no client access to protect`);
  const {status, reason} = applicabilityOf(mitigation, exchange.build);
  switch (status) {
    case 'affected':
      return {applies: true, reason, findings: []};
    case 'fixed-keep':
      return {
        applies: true,
        reason,
        findings: [note('MITIGATION.FIXED_KEEP', `${mitigation.id}: ${reason}`, {concerns})],
      };
    case 'fixed':
    case 'not-applicable':
      return no(reason);
  }
};
