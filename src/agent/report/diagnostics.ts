import type {DiagnosticsSettings} from '../../operations/settings/diagnostics.ts';
import type {Listener} from '../happening.ts';
import {type PostContext, postSigned} from './post-signed.ts';

/** The data as they are sent, and the number of their form. */
export interface CollectedDiagnostics {
  readonly formatVersion: number;
}

export type CollectDiagnostics = () => Promise<CollectedDiagnostics>;

interface Options {
  readonly collect: CollectDiagnostics;
  readonly context: () => Promise<{
    readonly diagnostics: DiagnosticsSettings | undefined;
    readonly post: PostContext;
  }>;
  readonly onTrouble: (message: string) => void;
}

/** The very text that leaves the server: what `diagnostics show` prints is this. */
export const diagnosticsJson = (data: CollectedDiagnostics): string => `${JSON.stringify(data, undefined, 2)}\n`;

const sendDiagnostics = async (
  data: CollectedDiagnostics,
  {url, secret, ca}: DiagnosticsSettings,
  post: PostContext,
): Promise<void> => postSigned({url, secret, ca, body: diagnosticsJson(data), headers: {}}, post);

/**
 * After every check, as the EM service does every hour; unlike there, only where the settings say so, to the organisation's
 * own address, and only data of the form that somebody has looked at.
 */
export const diagnosticsSender = ({collect, context, onTrouble}: Options): Listener => ({
  name: 'diagnostics',
  tell: async ({what}) => {
    if (what.is !== 'check-finished') return;
    const {diagnostics, post} = await context();
    if (!diagnostics) return;
    const data = await collect();
    if (data.formatVersion !== diagnostics.agreedTo) {
      const {agreedTo} = diagnostics;
      onTrouble(
        `no diagnostics sent: the settings agree to form ${agreedTo} and this version sends form ${data.formatVersion}; look at it by: stopgap diagnostics show`,
      );
      return;
    }
    await sendDiagnostics(data, diagnostics, post);
  },
});
