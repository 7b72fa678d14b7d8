import type {ExchangeAnswer} from '../../server/exchange-settings.ts';
import type {Service} from '../../server/service.ts';
import {microsoftFeedUrl} from '../../trust/profile/microsoft.ts';
import {feedSourceOf} from '../agent/fetch.ts';
import {blockCmdlet, reAddingService} from '../known-names.ts';
import {type Diagnosis, good, notApplicable, warn} from './diagnosis.ts';
import {question} from './question.ts';

export interface EmServiceSeen {
  readonly hostName: string;
  readonly hasExchange: boolean;
  readonly service: Service | undefined;
  readonly exchange: ExchangeAnswer | undefined;
  /** Whether Microsoft's own feed is the one that this server goes by. */
  readonly microsoftFeed: boolean;
}

const waitsForYou =
  "while it is off, new mitigations wait for you: of Microsoft's feed stopgap applies nothing by itself";

const whyOff = ({service, exchange}: EmServiceSeen): string | undefined => {
  if (!service) return `there is no service ${reAddingService}`;
  if (service.state === 'STOPPED') return `${service.name} is STOPPED (${service.startType})`;
  if (!exchange?.known) return undefined;
  const {organization, server} = exchange.settings;
  if (organization.mitigationsEnabled === false) return 'MitigationsEnabled is false for the organisation in Exchange';
  return server.mitigationsEnabled === false ? 'MitigationsEnabled is false for this server in Exchange' : undefined;
};

export const judgeEmService = (seen: EmServiceSeen): Diagnosis => {
  if (!seen.hasExchange) return notApplicable('no Exchange that could have one');
  const off = whyOff(seen);
  if (off !== undefined) {
    return seen.microsoftFeed
      ? warn(`off (${off}); ${waitsForYou}`, {
          label:
            'Look at what waits after each notification, or have an own publisher sign feeds that stopgap may apply',
          command: 'stopgap status',
        })
      : good(`off (${off}); stopgap is the only writer`);
  }
  const told = seen.exchange?.known
    ? 'MitigationsEnabled is not false in Exchange'
    : `what Exchange tells it is not known (${seen.exchange?.why ?? 'this server cannot be asked'})`;
  return warn(
    `two writers: ${seen.service?.name} is ${seen.service?.state}, and ${told}. It applies its mitigations without a plan, and adds again what is removed`,
    {
      label: 'Leave it only what stopgap should not look after: the agent only observes the others until then',
      command: blockCmdlet(seen.hostName, ['M1', 'M2']),
    },
  );
};

export const emService = question({
  ...{id: 'em-service', title: 'EM service of Exchange', of: 'server'},
  look: async ({reader, facts, usableSettings}): Promise<EmServiceSeen> => {
    const {hostName, exchange} = await facts();
    const settings = await usableSettings();
    return {
      hostName,
      hasExchange: exchange?.role === 'mailbox',
      service: await reader.service(reAddingService),
      exchange: await reader.exchangeSettings?.(),
      microsoftFeed: feedSourceOf(settings) === microsoftFeedUrl,
    };
  },
  judge: judgeEmService,
});
