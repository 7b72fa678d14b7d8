import * as z from 'zod';
import {safeUrl} from './notification.ts';
import {secretSource} from './secret-source.ts';

/** What is sent to an endpoint of the organisation's choice; absent: nothing. */
export const diagnosticsSettings = z.strictObject({
  url: safeUrl,
  /** Key of the signature, as for a webhook; absent: not signed. */
  secret: secretSource.optional(),
  /** PEM of the roots of an organisation's own authority. */
  ca: z.string().min(1).optional(),
  /** Sent as it is given; absent: the endpoint learns no organisation. */
  organization: z.string().min(1).max(100).optional(),
  /**
   * The number that `stopgap diagnostics show` prints below the very data. A later version with other data has another
   * number, and sends nothing until somebody has looked again.
   */
  agreedTo: z.number().int().positive(),
});

export type DiagnosticsSettings = z.output<typeof diagnosticsSettings>;
