import {redactJson} from '../../../kit/redact.ts';
import type {Notice} from './notice.ts';

/** A way to somebody. `send` rejects where the message was not taken; it is tried again then. */
export interface Channel {
  /** `mail`, `webhook siem`, `command pager`. */
  readonly name: string;
  /** `undefined`: everything. */
  readonly on: readonly Notice['kind'][] | undefined;
  send(notice: Notice): Promise<void>;
}

/** What programs get: a webhook as its body, a command on its standard input. */
export const noticeJson = (notice: Notice): string => redactJson(JSON.stringify({formatVersion: 1, ...notice}));
