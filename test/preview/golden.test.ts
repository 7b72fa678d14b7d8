import {expect, test} from 'vitest';
import {previewHtml} from '../../src/preview/html.ts';
import {previewMarkdown} from '../../src/preview/markdown.ts';
import {previewText} from '../../src/preview/text.ts';
import {samplePlan} from './sample-plan.ts';

const plan = samplePlan();
const terminal = {colour: false, width: 110};

test('the text of a rich plan', async () => {
  await expect(previewText(plan, {...terminal, planFile: 'plan.json'})).toMatchFileSnapshot('expected/plan.txt');
});

test('the text with colours', async () => {
  const text = previewText(plan, {...terminal, colour: true, planFile: 'plan.json'});
  await expect(text).toMatchFileSnapshot('expected/plan.ansi.txt');
});

test('the text of the disruptive steps alone, as a dry run', async () => {
  await expect(previewText(plan, {...terminal, only: 'disruptive'})).toMatchFileSnapshot('expected/disruptive.txt');
});

test('the Markdown of a rich plan', async () => {
  await expect(previewMarkdown(plan, {planFile: 'plan.json'})).toMatchFileSnapshot('expected/plan.md');
});

test('the HTML of a rich plan', async () => {
  await expect(previewHtml(plan, {planFile: 'plan.json'})).toMatchFileSnapshot('expected/plan.html');
});
