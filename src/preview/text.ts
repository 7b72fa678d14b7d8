import type {Plan} from '../plan/model.ts';
import type {ActView} from './act-view.ts';
import type {DiffLine} from './diff-lines.ts';
import type {PreviewOptions} from './next-step.ts';
import {titles} from './sentences.ts';
import {shellNote} from './shell-form.ts';
import {createTextPage, type Paint, type TextOptions, type TextPage} from './text-page.ts';
import {type FindingView, type MitigationView, type PlanView, planView, type StepView} from './view.ts';

/** The plan for a terminal: what is to be done first, how in the middle, the summary and the next command last. */
export const previewText = (plan: Plan, options: PreviewOptions & TextOptions): string => {
  const view = planView(plan, options);
  const page = createTextPage(options);
  page.exact(0, titles[view.purpose], page.colours.bold);
  for (const [label, text] of view.facts) page.prose(2, column(label), text);
  mitigations(page, view.mitigations);
  findings(page, view.findings);
  steps(page, view);
  if (options.only === undefined) diffs(page, view);
  summary(page, view);
  return page.toString();
};

const column = (label: string): string => `${label.padEnd(13)} `;

const mitigations = (page: TextPage, views: readonly MitigationView[]): void => {
  if (views.length > 0) page.heading('Mitigations');
  for (const view of views) {
    page.prose(2, `${view.title}  `, `${view.status}: ${view.reason}`, page.colours.bold);
    page.prose(6, '', view.description);
    for (const [label, text] of view.details) page.prose(6, column(label), text);
  }
};

const findings = (page: TextPage, views: readonly FindingView[]): void => {
  const {colours} = page;
  const paints: Readonly<Record<FindingView['severity'], Paint>> = {
    refuse: (text) => colours.bold(colours.red(text)),
    warn: colours.yellow,
    note: String,
  };
  if (views.length > 0) page.heading('Findings');
  for (const view of views) {
    const concerns = view.concerns.length === 0 ? '' : ` (${view.concerns.join(', ')})`;
    const severity = view.accepted === undefined ? view.severity : 'accepted';
    page.exact(
      2,
      `${severity.padEnd(8)} ${view.code}${concerns}`,
      paints[view.accepted === undefined ? view.severity : 'warn'],
    );
    page.prose(11, '', view.message);
    if (view.where !== undefined) page.exact(11, view.where, colours.dim);
    if (view.accepted !== undefined) page.prose(11, 'accepted because: ', view.accepted);
  }
};

const symbolPaint = ({colours}: TextPage, symbol: StepView['symbol']): Paint =>
  ({'+': colours.green, '~': colours.yellow, '-': colours.red, ' ': colours.dim})[symbol];

const stepTitle = (page: TextPage, step: StepView): void => {
  const lead = `${String(step.number).padStart(2)} ${step.symbol} ${step.disruption.length > 0 ? '!' : ' '} `;
  const label = `${step.label}${step.done ? ' (already so, nothing is run)' : ''}`;
  page.prose(1, lead, label, symbolPaint(page, step.symbol));
};

const steps = (page: TextPage, view: PlanView): void => {
  page.heading('Steps, in the order in which they run');
  if (view.steps.some(({acts}) => acts.length > 0)) page.prose(2, '', shellNote, page.colours.dim);
  if (view.hidden > 0) page.exact(2, `${view.hidden} that stop nothing are not shown`, page.colours.dim);
  if (view.steps.length === 0 && view.hidden === 0) page.exact(2, 'none');
  for (const step of view.steps) {
    page.blank();
    stepTitle(page, step);
    for (const text of step.disruption) page.prose(8, '! ', text, page.colours.red);
    stepBody(page, step);
  }
};

const stepBody = (page: TextPage, step: StepView): void => {
  const rows = (label: string, texts: readonly string[]): void => {
    for (const [index, text] of texts.entries()) page.prose(8, column(index === 0 ? label : ''), text);
  };
  rows('because', [step.because.join(', ')]);
  rows('before', step.before);
  acts(page, 'run', step.done ? [] : step.acts);
  rows('reloads', step.reloads);
  rows('answers', step.answers);
  rows('backs up', step.done ? [] : step.touches);
  acts(page, 'way back', step.undo);
};

const acts = (page: TextPage, label: string, views: readonly ActView[]): void => {
  for (const [index, act] of views.entries()) {
    const lead = column(index === 0 ? label : '');
    if (act.sentence !== undefined) page.prose(8, lead, act.sentence);
    if (act.cmd !== undefined) page.exact(8, `${lead}cmd.exe     ${act.cmd}`);
    if (act.powerShell !== undefined) page.exact(8, `${column('')}PowerShell  ${act.powerShell}`);
    for (const text of act.proves) page.prose(8, `${column('')}then `, text, page.colours.dim);
  }
};

const diffs = (page: TextPage, {diffs: files}: PlanView): void => {
  const {bold, cyan, green, red} = page.colours;
  const paints: Readonly<Record<DiffLine['kind'], Paint>> = {
    file: bold,
    hunk: cyan,
    add: green,
    cut: red,
    same: String,
  };
  if (files.length > 0) page.heading('Files, as predicted');
  for (const {lines} of files) {
    page.blank();
    for (const {kind, text} of lines) page.exact(2, text, paints[kind]);
  }
};

const summary = (page: TextPage, view: PlanView): void => {
  page.heading('Summary');
  for (const step of view.steps) stepTitle(page, step);
  for (const text of view.totals) page.exact(2, text);
  page.blank();
  page.prose(0, '', view.next.sentence, page.colours.bold);
  for (const command of view.next.commands) page.exact(2, command);
};
