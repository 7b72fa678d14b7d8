import type {WebhookSettings} from '../../../operations/settings/notification.ts';
import {type PostContext, postSigned} from '../post-signed.ts';
import {type Channel, noticeJson} from './channel.ts';

/** A signed JSON message to an address of the organisation. */
export const webhookChannel = ({name, url, secret, ca, on}: WebhookSettings, context: PostContext): Channel => ({
  name: `webhook ${name}`,
  on,
  send: (notice) =>
    postSigned(
      {
        url,
        secret,
        ca,
        body: noticeJson(notice),
        headers: {'x-stopgap-event': notice.kind, 'x-stopgap-delivery': notice.id},
      },
      context,
    ),
});
