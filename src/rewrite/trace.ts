import type {LevelFault} from './fault.ts';
import type {RuleSource} from './model.ts';

/* What became of a request or a response, and why; every text is raw and has to be escaped where it is shown. */

export interface ConditionTrace {
  /** As written, `{UrlDecode:{REQUEST_URI}}`. */
  readonly input: string;
  /** What it stood for. */
  readonly value: string;
  /** The pattern, or `IsFile`, `IsDirectory`. */
  readonly pattern: string;
  readonly negate: boolean;
  /** Whether the condition holds, negation included. */
  readonly holds: boolean;
  readonly captures: readonly string[];
  /** Why `holds` may be wrong; empty where it is certain. */
  readonly doubts: readonly string[];
}

export interface RuleTrace {
  readonly name: string;
  readonly section: 'globalRules' | 'rules' | 'outboundRules';
  readonly source: RuleSource;
  readonly fired: boolean;
  /** A clause: `the URL "a" matches ".*", and 1 condition holds`. */
  readonly why: string;
  readonly conditions: readonly ConditionTrace[];
  /** Why `fired` may be wrong; empty where it is certain. */
  readonly doubts: readonly string[];
}

export type Answer =
  /** The request goes on to the application, under this URL. */
  | {readonly kind: 'passed'; readonly url: string}
  /** The connection is closed without an answer. */
  | {readonly kind: 'aborted'}
  | {readonly kind: 'redirected'; readonly status: number; readonly location: string}
  | {
      readonly kind: 'custom-response';
      readonly status: number;
      readonly subStatus: number;
      readonly reason: string;
      readonly description: string;
    }
  | {readonly kind: 'error'; readonly status: 500; readonly subStatus: 19 | undefined; readonly fault: LevelFault};

export interface Trace {
  readonly answer: Answer;
  /** The rule that gave the answer; `undefined` where none did. */
  readonly decidedBy: RuleTrace | undefined;
  /** Every rule that was looked at, in order; rules behind the deciding one are not. */
  readonly rules: readonly RuleTrace[];
  /** Server variables that rules have set, by name in upper case. */
  readonly serverVariables: Readonly<Record<string, string>>;
  readonly certain: boolean;
  /** Why the answer may be another one, as sentences. */
  readonly doubts: readonly string[];
}

export interface ResponseTrace {
  /** What makes IIS answer 500 instead of this response; `undefined`: nothing. */
  readonly fault: LevelFault | undefined;
  /** Headers after the rules. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rules: readonly RuleTrace[];
  /** Sentences about rules that look at the body, which is not simulated. */
  readonly notSimulated: readonly string[];
  readonly certain: boolean;
  readonly doubts: readonly string[];
}
