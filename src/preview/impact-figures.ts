import {facts} from './html-facts.ts';
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

const ruleFigures = ({rule, ordinary, attackLike, untold, span, applications}: ImpactFigures): Html => html`<article>
<h3>${rule}</h3>
${facts([
  ['ordinary requests', String(ordinary)],
  ...(span === undefined
    ? []
    : ([
        ['most to', applications],
        ['first and last', span],
      ] as const)),
  ['attack-like, by signs', String(attackLike)],
  ['the log does not tell', String(untold)],
])}
</article>
`;

/** The section of the page; nothing where no logs were replayed. */
export const impactSection = (impact: LogImpact | undefined): Html | undefined =>
  impact === undefined
    ? undefined
    : html`<section><h2>What the rules would have done to logged requests</h2>
<p>${impact.read}</p>
${impact.rules.map(ruleFigures)}
</section>
`;
