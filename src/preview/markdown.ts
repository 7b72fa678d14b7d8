import type {Plan} from '../plan/model.ts';
import type {ActView} from './act-view.ts';
import {block, code, prose} from './markdown-form.ts';
import type {PreviewOptions} from './next-step.ts';
import {titles} from './sentences.ts';
import {shellNote} from './shell-form.ts';
import {type FindingView, type MitigationView, type PlanView, planView, type StepView} from './view.ts';

/** The plan as Markdown, for a ticket or a pull request. */
export const previewMarkdown = (plan: Plan, options: PreviewOptions = {}): string => {
  const view = planView(plan, options);
  const sections = [
    `# ${titles[view.purpose]} ${code(view.planId.slice(0, 12))}`,
    view.facts.map(([label, text]) => `- ${label}: ${prose(text)}`).join('\n'),
    ...section('Mitigations', view.mitigations.map(mitigation)),
    ...section('Findings', view.findings.map(finding)),
    '## Steps, in the order in which they run',
    ...(view.hidden > 0 ? [`${view.hidden} that stop nothing are not shown.`] : []),
    ...(view.steps.length === 0 && view.hidden === 0 ? ['None.'] : []),
    ...(view.steps.some(({acts}) => acts.length > 0) ? [shellNote] : []),
    ...view.steps.map(step),
    ...(options.only === undefined ? diffs(view) : []),
    ...summary(view),
  ];
  return `${sections.join('\n\n')}\n`;
};

const section = (title: string, parts: readonly string[]): readonly string[] =>
  parts.length === 0 ? [] : [`## ${title}`, parts.join('\n')];

const bullets = (label: string, texts: readonly string[]): readonly string[] =>
  texts.map((text) => `- ${label}: ${prose(text)}`);

const mitigation = (view: MitigationView): string =>
  [
    `- **${prose(view.title)}** ${view.status}: ${prose(view.reason)}`,
    `  - ${prose(view.description)}`,
    ...view.details.map(([label, text]) => `  - ${label}: ${prose(text)}`),
  ].join('\n');

const finding = (view: FindingView): string =>
  [
    `- **${view.accepted === undefined ? view.severity : 'accepted'}** ${code(view.code)}: ${prose(view.message)}`,
    ...(view.concerns.length > 0 ? [`  - concerns ${view.concerns.map(prose).join(', ')}`] : []),
    ...(view.where === undefined ? [] : [`  - ${code(view.where)}`]),
    ...(view.accepted === undefined ? [] : [`  - accepted because: ${prose(view.accepted)}`]),
  ].join('\n');

const symbolOf = ({symbol, disruption}: StepView): string =>
  code([symbol === ' ' ? '=' : symbol, ...(disruption.length > 0 ? ['!'] : [])].join(' '));

const step = (view: StepView): string =>
  [
    `### ${view.number}. ${symbolOf(view)} ${prose(view.label)}${view.done ? ' (already so, nothing is run)' : ''}`,
    ...view.disruption.map((text) => `> **!** ${prose(text)}`),
    [
      ...bullets('because', [view.because.join(', ')]),
      ...bullets('before', view.before),
      ...bullets('reloads', view.reloads),
      ...bullets('answers', view.answers),
      ...bullets('backs up', view.done ? [] : view.touches),
    ].join('\n'),
    ...(view.done ? [] : acts('Run', view.acts)),
    ...acts('Way back', view.undo),
  ].join('\n\n');

const acts = (title: string, views: readonly ActView[]): readonly string[] => {
  if (views.length === 0) return [];
  const items = views.map((act, index) => {
    const lines = [
      ...(act.sentence === undefined ? [] : [prose(act.sentence)]),
      ...(act.cmd === undefined ? [] : ['cmd.exe', block('bat', [act.cmd], 3).trimStart()]),
      ...(act.powerShell === undefined ? [] : ['PowerShell', block('powershell', [act.powerShell], 3).trimStart()]),
      ...act.proves.map((text) => `- then ${prose(text)}`),
    ];
    return `${index + 1}. ${lines.join('\n   ')}`;
  });
  return [`${title}:`, items.join('\n')];
};

const diffs = ({diffs: files}: PlanView): readonly string[] =>
  files.length === 0
    ? []
    : [
        '## Files, as predicted',
        ...files.map(({lines}) =>
          block(
            'diff',
            lines.map(({text}) => text),
          ),
        ),
      ];

const summary = (view: PlanView): readonly string[] => [
  '## Summary',
  ...(view.steps.length === 0 ? [] : [view.steps.map(summaryLine).join('\n')]),
  view.totals.map((text) => `- ${text}`).join('\n'),
  prose(view.next.sentence),
  ...(view.next.commands.length === 0 ? [] : [block('', view.next.commands)]),
];

const summaryLine = (view: StepView): string =>
  `${view.number}. ${symbolOf(view)} ${prose(view.label)}${view.done ? ' (already so)' : ''}`;
