import {agentDefaults} from './agent.ts';

const length = (ms: number): string => (ms % 3_600_000 === 0 ? `${ms / 3_600_000}h` : `${ms / 60_000}m`);

/**
 * Every key that a file of settings can have, in the order in which a person reads them, with what counts where nobody wrote it:
 * as it would be written, or in words. A map of single mitigations and a secret are one key here.
 */
export const defaultValues: ReadonlyMap<string, string> = new Map([
  ['organization.file', 'none'],
  ['mitigationsEnabled', 'true'],
  ['mitigationsBlocked', '[]'],
  ['windows', '[]'],
  ['freeze', '[]'],
  ['approvals', '0'],
  ['autoApproved', '[]'],
  ['requireReason', 'false'],
  ['urgent', '[]'],
  ['proxy', 'HTTPS_PROXY and NO_PROXY, else that of the operating system'],
  ['agent.mode', agentDefaults.mode],
  ['agent.modes', '{}'],
  ['agent.feed', "Microsoft's"],
  ['agent.profiles', 'all that are known'],
  ['agent.firstCheck', length(agentDefaults.firstCheck)],
  ['agent.every', length(agentDefaults.every)],
  ['agent.jitter', length(agentDefaults.jitter)],
  ['agent.settle', length(agentDefaults.settle)],
  ['agent.confirmWithin', length(agentDefaults.confirmWithin)],
  ['agent.noFetchFor', 'as the trust profile says'],
  ['agent.sameAnswerFor', 'as the trust profile says'],
  ['notification.mail.server', 'none: no mail'],
  ['notification.mail.port', 'by security: 587, 465 or 25'],
  ['notification.mail.security', 'starttls'],
  ['notification.mail.ca', 'the roots that the machine trusts'],
  ['notification.mail.from', 'none'],
  ['notification.mail.to', '[]'],
  ['notification.mail.user', 'none'],
  ['notification.mail.password', 'none'],
  ['notification.mail.on', 'everything'],
  ['notification.webhooks', '[]'],
  ['notification.commands', '[]'],
  ['diagnostics.url', 'none: nothing is sent'],
  ['diagnostics.secret', 'none: not signed'],
  ['diagnostics.ca', 'the roots that the machine trusts'],
  ['diagnostics.organization', 'none: it is not named'],
  ['diagnostics.agreedTo', 'none'],
]);
