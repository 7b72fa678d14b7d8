import {writeFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import {Refusal} from '../kit/refusal.ts';
import type {Plan} from '../plan/model.ts';
import type {PreviewOptions} from '../preview/next-step.ts';
import {wantsColour} from './colour.ts';
import type {GlobalArgs, Io} from './command.ts';

export type PreviewFormat = 'text' | 'markdown' | 'html';

export interface PreviewRequest extends PreviewOptions {
  readonly args: Pick<GlobalArgs, 'color' | 'json'>;
  /** The file that the preview goes to; `undefined`: the terminal. */
  readonly file?: string | undefined;
  readonly format: PreviewFormat;
}

/** The preview in the form that was asked for; loads only that renderer. */
export const renderPreview = async (plan: Plan, request: PreviewRequest, io: Io): Promise<string> => {
  const {args, format, file, ...options} = request;
  // A program reads the plan itself.
  if (args.json && file === undefined) return '';
  if (format === 'html') return (await import('../preview/html.ts')).previewHtml(plan, options);
  if (format === 'markdown') return (await import('../preview/markdown.ts')).previewMarkdown(plan, options);
  const {previewText} = await import('../preview/text.ts');
  const colour = file === undefined && wantsColour(io.stdout, io.env, args.color);
  return previewText(plan, {...options, colour, width: Math.min(io.stdout.columns ?? 110, 120)});
};

interface PreviewFile {
  readonly text: string;
  readonly file: string;
  readonly planFile: string;
}

export const writePreview = async ({text, file, planFile}: PreviewFile, io: Io): Promise<string> => {
  const path = resolve(io.cwd, file);
  if (path === resolve(io.cwd, planFile)) {
    throw new Refusal('USAGE.OUTPUT_IS_INPUT', `${file} is the plan itself`, {
      next: [{label: 'Name another file behind -o'}],
    });
  }
  await writeFile(path, text);
  return file;
};
