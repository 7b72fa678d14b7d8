import type {Plan} from '../plan/model.ts';
import type {ActView} from './act-view.ts';
import {facts} from './html-facts.ts';
import {previewStyle} from './html-style.ts';
import {type Html, html} from './html-template.ts';
import {impactSection} from './impact-figures.ts';
import type {PreviewOptions} from './next-step.ts';
import {titles} from './sentences.ts';
import {shellNote} from './shell-form.ts';
import {type FindingView, type Labelled, type MitigationView, type PlanView, planView, type StepView} from './view.ts';

/** The plan as one HTML file for a change board: no script, nothing loaded, light, dark and on paper. */
export const previewHtml = (plan: Plan, options: PreviewOptions = {}): string => {
  const view = planView(plan, options);
  const title = `${titles[view.purpose]} ${view.planId.slice(0, 12)}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>stopgap: ${title}</title>
<style>${previewStyle}</style>
</head>
<body>
<h1>${title}</h1>
${facts(view.facts)}
${section('Mitigations', view.mitigations.map(mitigation))}
${section('Findings', view.findings.map(finding))}${impactSection(options.impact)}
${section('Steps, in the order in which they run', steps(view))}
${section('Files, as predicted', options.only === undefined ? view.diffs.map(diff) : [])}
${summary(view)}
</body>
</html>
`.source;
};

const section = (title: string, parts: readonly Html[]): Html | undefined =>
  parts.length === 0 ? undefined : html`<section><h2>${title}</h2>${parts}</section>\n`;

const rowsOf = (label: string, texts: readonly string[]): readonly Labelled[] =>
  texts.map((text, index) => [index === 0 ? label : '', text]);

const mitigation = (view: MitigationView): Html => html`<article>
<h3>${view.title} <span class="tag tag-note">${view.status}</span></h3>
<p>${view.description}</p>
${facts([['reason', view.reason], ...view.details])}
</article>
`;

const finding = (view: FindingView): Html => {
  const severity = view.accepted === undefined ? view.severity : 'accepted';
  const concerns = view.concerns.length === 0 ? '' : ` concerns ${view.concerns.join(', ')}`;
  return html`<article>
<h3><span class="tag tag-${severity}">${severity}</span> <code>${view.code}</code>${concerns}</h3>
<p>${view.message}</p>
${view.where === undefined ? undefined : html`<code>${view.where}</code>`}
${view.accepted === undefined ? undefined : html`<p>Accepted because: ${view.accepted}</p>`}
</article>
`;
};

const symbolClass = {'+': 'add', '~': 'turn', '-': 'cut', ' ': 'same'} as const;

const symbols = ({symbol, disruption}: StepView): Html => {
  const alarm =
    disruption.length === 0 ? undefined : html` <span class="symbol cut" title="something stops working">!</span>`;
  return html`<span class="symbol ${symbolClass[symbol]}">${symbol === ' ' ? '=' : symbol}</span>${alarm}`;
};

const steps = (view: PlanView): readonly Html[] => {
  if (view.steps.length === 0 && view.hidden === 0) return [html`<p>None.</p>`];
  return [
    ...(view.hidden > 0 ? [html`<p>${view.hidden} that stop nothing are not shown.</p>`] : []),
    ...(view.steps.some(({acts: some}) => some.length > 0) ? [html`<p class="shell">${shellNote}</p>`] : []),
    ...view.steps.map(step),
  ];
};

const step = (view: StepView): Html => html`<article>
<h3>${view.number}. ${symbols(view)} ${view.label}${view.done ? ' (already so, nothing is run)' : ''}</h3>
${view.disruption.map((text) => html`<p class="alarm"><strong>!</strong> ${text}</p>`)}
${facts([
  ['because', view.because.join(', ')],
  ...rowsOf('before', view.before),
  ...rowsOf('reloads', view.reloads),
  ...rowsOf('answers', view.answers),
  ...rowsOf('backs up', view.done ? [] : view.touches),
])}
${view.done ? undefined : acts('Run', view.acts)}
${acts('Way back', view.undo)}
</article>
`;

const acts = (title: string, views: readonly ActView[]): Html | undefined =>
  views.length === 0 ? undefined : html`<h4>${title}</h4><ol>${views.map(act)}</ol>`;

const act = (view: ActView): Html => html`<li>
${view.sentence === undefined ? undefined : html`<p>${view.sentence}</p>`}
${shell('cmd.exe', view.cmd)}${shell('PowerShell', view.powerShell)}
${view.proves.map((text) => html`<p class="proof">then ${text}</p>`)}
</li>`;

const shell = (name: string, line: string | undefined): Html | undefined =>
  line === undefined ? undefined : html`<span class="shell">${name}</span><pre>${line}</pre>`;

const diff = ({lines}: PlanView['diffs'][number]): Html =>
  html`<pre class="diff">${lines.map(({kind, text}) => html`<span class="line-${kind}">${text}</span>`)}</pre>`;

const summary = (view: PlanView): Html => html`<section><h2>Summary</h2>
<table class="summary">${view.steps.map(
  (one) =>
    html`<tr><td>${one.number}</td><td>${symbols(one)}</td><td>${one.label}${one.done ? ' (already so)' : ''}</td></tr>\n`,
)}</table>
${view.totals.map((text) => html`<p>${text}</p>`)}
<p><strong>${view.next.sentence}</strong></p>
${view.next.commands.map((command) => html`<pre>${command}</pre>`)}
</section>`;
