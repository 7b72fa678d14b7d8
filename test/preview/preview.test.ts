import {describe, expect, test} from 'vitest';
import type {PlanBody} from '../../src/plan/model.ts';
import {previewHtml} from '../../src/preview/html.ts';
import {previewMarkdown} from '../../src/preview/markdown.ts';
import type {PreviewOptions} from '../../src/preview/next-step.ts';
import {previewText} from '../../src/preview/text.ts';
import {sampleBody, samplePlan} from './sample-plan.ts';

const text = (change: Partial<PlanBody> = {}, options: PreviewOptions = {}): string =>
  previewText(samplePlan(change), {colour: false, width: 110, ...options});

const forms = {
  text: () => text(),
  Markdown: () => previewMarkdown(samplePlan()),
  HTML: () => previewHtml(samplePlan()),
};

describe.each(Object.entries(forms))('%s', (_name, render) => {
  test('shows no secret', () => {
    expect(render()).not.toMatch(/0123456789ABCDEF|Tuesday!/);
    expect(render()).toContain('redacted sha256:');
  });

  test('holds no control or invisible character that came from outside', () => {
    expect(render()).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]/u);
    expect(render()).toContain('u{202e}');
  });

  test('names every step, in the order in which they run', () => {
    const places = sampleBody.steps.map(({label}) => render().indexOf(label.split('"')[0] ?? ''));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test('ends with the summary and the next command', () => {
    const tail = render().slice(render().lastIndexOf('Summary'));
    expect(tail).toContain('1 to add, 2 to change, 0 to remove; 1 already so; 2 disruptive');
    expect(tail).toContain('stopgap apply plan.json --server sandbox:./lab');
  });

  test('gives the reason for which a finding was accepted', () => {
    expect(render()).toContain('CHG0042: EEMS goes off in the same window');
  });
});

test('a forged line of a feed stays on the line of its field', () => {
  expect(
    text()
      .split('\n')
      .filter((line) => line.trimStart().startsWith('Next: stopgap disarm')),
  ).toEqual([]);
});

test('HTML out of a feed is text in the page', () => {
  const page = forms.HTML();
  expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(page).not.toContain('<img');
});

test('the page holds no script, loads nothing and says so in its policy', () => {
  const page = forms.HTML();
  expect(page).not.toMatch(/<script|<link|javascript:|url\(|@import/i);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
});

test('Markdown out of a feed is text: no link, no emphasis, no HTML', () => {
  const page = forms.Markdown();
  expect(page).toContain('\\*\\*bold\\*\\* \\[a\\](http\\://b)');
  expect(page).not.toMatch(/<img/);
});

test('a back tick in a command cannot end its code block', () => {
  const [first] = sampleBody.steps;
  if (!first) throw new Error('the sample has steps');
  const command = {tool: 'sc.exe' as const, args: ['```', '# heading']};
  const step = {...first, commands: [{do: 'run' as const, command, timeoutMs: 1, after: [], settleMs: 0}]};
  expect(previewMarkdown(samplePlan({steps: [step]}))).toContain('````bat');
});

test('only the disruptive steps keep their numbers', () => {
  const short = text({}, {only: 'disruptive'});
  expect(short).toContain(' 2 ~ ! service MSExchangeHM');
  expect(short).not.toContain(' 1 + ');
  expect(short).toContain('2 that stop nothing are not shown');
});

test('the end of a comment that is removed is no file name', () => {
  const page = forms.HTML();
  expect(page).toContain('<span class="line-cut">----&gt;</span>');
});

test('a plan of which everything is so already proposes nothing', () => {
  const done = sampleBody.steps.map((step) => ({...step, status: 'done' as const}));
  expect(text({steps: done})).toContain('Nothing is to be done');
  expect(text({steps: []})).not.toContain('stopgap apply');
});

test('a refusing finding that was not accepted proposes to accept it, never to apply', () => {
  const refused = text({accepted: []}, {planFile: 'plan.json'});
  expect(refused).toContain('stopgap plan ... --server sandbox:./lab --accept rewrite.duplicate --reason "why"');
  expect(refused).not.toContain('stopgap apply');
});

test('what can never be accepted is not, even where the plan says so', () => {
  const findings = sampleBody.findings.map((finding) => ({...finding, acceptable: false}));
  const refused = text({findings}, {planFile: 'plan.json'});
  expect(refused).toContain('refuse   rewrite.duplicate');
  expect(refused).toContain('Remove the cause and plan again.');
  expect(refused).not.toContain('--accept');
});

test('the dry run of a rollback is carried out by the command that made it', () => {
  const shown = text({purpose: 'rollback'}, {again: 'stopgap rollback M1 --server sandbox:./lab'});
  expect(shown).toMatch(/^Plan of a rollback\n/);
  expect(shown.trimEnd().split('\n').at(-1)).toBe('  stopgap rollback M1 --server sandbox:./lab');
});
