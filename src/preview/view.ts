import type {Finding, Plan, PlannedMitigation, PlanSource, Step} from '../plan/model.ts';
import {type ActView, actViews} from './act-view.ts';
import {type DiffLine, diffLines} from './diff-lines.ts';
import {acceptanceOf, type NextView, nextOf, type PreviewOptions} from './next-step.ts';
import {answerSentence, checkSentence, short, statusWords, stepTotals} from './sentences.ts';

/*
 * The plan in the order in which it is read, in words but without form: text, Markdown and HTML are three layouts of
 * this one value, so none of them can say more or less than another. Made from the plan and from nothing else.
 */

export type Labelled = readonly [label: string, text: string];

export interface MitigationView {
  /** The id, and in brackets the CVEs where it is not named after its one. */
  readonly title: string;
  readonly description: string;
  readonly status: string;
  readonly reason: string;
  readonly details: readonly Labelled[];
}

export interface FindingView {
  readonly severity: Finding['severity'];
  readonly code: string;
  readonly message: string;
  readonly concerns: readonly string[];
  /** `file:line` */
  readonly where: string | undefined;
  /** The reason given with --accept; undefined: not accepted. */
  readonly accepted: string | undefined;
}

export interface StepView {
  readonly number: number;
  readonly symbol: Step['symbol'] | ' ';
  readonly label: string;
  /** Everything it wants is true already; it runs nothing. */
  readonly done: boolean;
  readonly disruption: readonly string[];
  readonly because: readonly string[];
  readonly before: readonly string[];
  readonly acts: readonly ActView[];
  readonly undo: readonly ActView[];
  /** In one row: many short names. */
  readonly reloads: readonly string[];
  readonly touches: readonly string[];
  readonly answers: readonly string[];
}

export interface DiffView {
  readonly file: string;
  readonly lines: readonly DiffLine[];
}

export interface PlanView {
  readonly planId: string;
  readonly purpose: Plan['body']['purpose'];
  readonly facts: readonly Labelled[];
  readonly mitigations: readonly MitigationView[];
  readonly findings: readonly FindingView[];
  /** The steps to show. */
  readonly steps: readonly StepView[];
  /** How many are not shown. */
  readonly hidden: number;
  readonly diffs: readonly DiffView[];
  readonly totals: readonly string[];
  readonly next: NextView;
}

export const planView = (plan: Plan, options: PreviewOptions = {}): PlanView => {
  const {body} = plan;
  const all = body.steps.map(stepView);
  const steps = options.only === 'disruptive' ? all.filter(({disruption}) => disruption.length > 0) : all;
  return {
    planId: plan.planId,
    purpose: body.purpose,
    facts: factsOf(plan),
    mitigations: body.mitigations.map((mitigation) => mitigationView(mitigation, body.sources)),
    findings: findingViews(plan),
    steps,
    hidden: all.length - steps.length,
    diffs: body.predicted.map(({file, diff}) => ({file, lines: diffLines(diff)})),
    totals: [stepTotals(body.steps), findingTotals(plan)],
    next: nextOf(plan, options),
  };
};

const factsOf = ({planId, body, meta}: Plan): readonly Labelled[] => [
  ['plan', planId],
  ['server', `${meta.hostName} (${meta.server})`],
  ['Exchange', body.server.exchangeBuild === null ? 'none found' : buildText(body.server)],
  ...(body.options.place === null ? [] : [['place', `rules go to ${body.options.place}, as asked`] as const]),
  ...body.sources.map((source) => ['source', sourceText(source)] as const),
  ['planned', `${meta.plannedAt} by stopgap ${meta.stopgap}`],
];

const buildText = ({exchangeBuild, buildSource}: Plan['body']['server']): string =>
  `${exchangeBuild}${buildSource === null ? '' : ` (read from ${buildSource})`}`;

const sourceText = ({kind, name, digest, signer, profile}: PlanSource): string =>
  kind === 'signed-feed'
    ? `signed feed ${name}, signed by ${signer ?? 'nobody'}, trust profile ${profile ?? 'none'}, SHA-256 ${short(digest)}`
    : `local catalogue ${name}, not signed, SHA-256 ${short(digest)}`;

const mitigationView = (mitigation: PlannedMitigation, sources: readonly PlanSource[]): MitigationView => ({
  title: titleOf(mitigation),
  description: mitigation.description,
  status: statusWords[mitigation.status],
  reason: mitigation.reason,
  details: [
    ['source', sources[mitigation.source]?.name ?? 'not named in the plan'],
    ...mitigation.sideEffects.map((text) => ['side effect', text] as const),
    ...mitigation.losses.map((text) => ['lost while on', text] as const),
    ...mitigation.reach.map((text) => ['reach', text] as const),
    ...(mitigation.alternative === null ? [] : [['alternative', mitigation.alternative] as const]),
    ...(mitigation.rollback === '' ? [] : [['way back', mitigation.rollback] as const]),
  ],
});

const titleOf = ({id, cves}: PlannedMitigation): string => {
  const others = cves.filter((cve) => cve !== id);
  return others.length === 0 ? id : `${id} (${others.join(', ')})`;
};

const gravest: readonly Finding['severity'][] = ['refuse', 'warn', 'note'];

const findingViews = ({body}: Plan): readonly FindingView[] =>
  body.findings
    .toSorted((a, b) => gravest.indexOf(a.severity) - gravest.indexOf(b.severity))
    .map((finding) => ({
      severity: finding.severity,
      code: finding.code,
      message: finding.message,
      concerns: finding.concerns,
      where: finding.where === null ? undefined : `${finding.where.file}:${finding.where.line}`,
      accepted: acceptanceOf(finding, body.accepted),
    }));

const findingTotals = (plan: Plan): string => {
  const views = findingViews(plan);
  const count = (severity: Finding['severity']) => views.filter((view) => view.severity === severity).length;
  const accepted = views.filter((view) => view.accepted !== undefined).length;
  const refusing = `${count('refuse')} refusing${accepted > 0 ? ` (${accepted} accepted)` : ''}`;
  return `findings: ${refusing}, ${count('warn')} to be warned of, ${count('note')} to note`;
};

const stepView = (step: Step, index: number): StepView => ({
  number: index + 1,
  symbol: step.status === 'done' ? ' ' : step.symbol,
  label: step.label,
  done: step.status === 'done',
  disruption: step.status === 'done' ? [] : step.disruption,
  because: step.because,
  before: step.before.map(checkSentence),
  acts: actViews(step.commands),
  undo: actViews(step.undo),
  reloads: step.reloads.length === 0 ? [] : [step.reloads.join(', ')],
  touches: step.touches,
  answers: step.declares.map(answerSentence),
});
