import type {ServerFacts} from '../../server/server.ts';
import {bad, type Diagnosis, good, notApplicable, unknown} from './diagnosis.ts';
import {question} from './question.ts';

type Seen = Pick<ServerFacts, 'exchange' | 'exchangeUnreadable'>;

export const judgeExchangeRole = ({exchange, exchangeUnreadable}: Seen): Diagnosis => {
  if (exchangeUnreadable !== undefined) {
    return bad(`Exchange is here, and cannot be read: ${exchangeUnreadable}`, {
      label: 'Repair the installation of Exchange: without its build nobody can say which mitigation it needs',
    });
  }
  if (!exchange) return notApplicable('no Exchange on this server: the mitigations of Exchange are not for it');
  switch (exchange.role) {
    case 'mailbox':
      return good('Mailbox role: it serves clients');
    case 'edge':
      return notApplicable('Edge Transport: it serves no clients by IIS, so no mitigation is for it');
    case 'management-tools':
      return notApplicable('management tools only: nothing is served here, so no mitigation is for it');
    default:
      return unknown(`role ${String(exchange.role)}`);
  }
};

export const exchangeRole = question({
  ...{id: 'exchange-role', title: 'Exchange role', of: 'server'},
  look: ({facts}) => facts(),
  judge: judgeExchangeRole,
});
