/**
 * What Exchange says to its own mitigation service. It is shown and never written, and it never decides what stopgap may
 * do: an administrator sets exactly these values to silence that service. null: not told.
 */
export interface ExchangeSettings {
  readonly organization: {readonly mitigationsEnabled: boolean | null};
  readonly server: {
    readonly mitigationsEnabled: boolean | null;
    readonly mitigationsBlocked: readonly string[];
    readonly mitigationsApplied: readonly string[];
    readonly internetWebProxy: string | null;
    readonly dataCollectionEnabled: boolean | null;
  };
}

/** The values, or why they cannot be had: no Exchange tools, no rights, no directory. */
export type ExchangeAnswer =
  | {readonly known: true; readonly settings: ExchangeSettings}
  | {readonly known: false; readonly why: string};
