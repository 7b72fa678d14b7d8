import {type Html, html} from './html-template.ts';

/** What a replay of logs found for one rule, as numbers for a change board. */
export interface ImpactFigures {
  readonly rule: string;
  readonly ordinary: number;
  readonly attackLike: number;
  /** Requests of which the log does not tell. */
  readonly untold: number;
  /** First and last of the ordinary requests; undefined: there is none. */
  readonly span: string | undefined;
  /** Applications with the most ordinary requests. */
  readonly applications: string;
}

export interface LogImpact {
  /** How many requests were read, and from what. */
  readonly read: string;
  readonly rules: readonly ImpactFigures[];
}

const row = ({rule, ordinary, attackLike, untold, span, applications}: ImpactFigures): Html =>
  html`<tr><td>${rule}</td><td>${String(ordinary)}</td><td>${applications}</td><td>${span ?? ''}</td><td>${String(attackLike)}</td><td>${String(untold)}</td></tr>\n`;

/** The section of the page; nothing where no logs were replayed. */
export const impactSection = (impact: LogImpact | undefined): Html | undefined =>
  impact === undefined
    ? undefined
    : html`<section><h2>What the rules would have done to logged requests</h2>
<p>${impact.read}</p>
<table class="summary"><tr><th>rule</th><th>ordinary requests</th><th>most to</th><th>first and last</th><th>attack-like, by signs</th><th>the log does not tell</th></tr>
${impact.rules.map(row)}</table>
</section>
`;
