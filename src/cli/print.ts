import pc from 'picocolors';
import {escapeControl, escapeLine} from '../kit/escape-control.ts';
import {redact} from '../kit/redact.ts';
import type {Refusal, Where} from '../kit/refusal.ts';
import {version} from '../kit/version.ts';
import {wantsColour} from './colour.ts';
import type {Answer, Io} from './command.ts';

export type Form = 'text' | 'json';

export const jsonLine = (value: unknown): string => `${JSON.stringify(value)}\n`;

export const printAnswer = (answer: Answer, form: Form, {stdout}: Io): void => {
  if (form === 'text') {
    if (answer.text !== '') stdout.write(answer.text.endsWith('\n') ? answer.text : `${answer.text}\n`);
  } else if (answer.lines) for (const line of answer.lines) stdout.write(jsonLine(line));
  else stdout.write(jsonLine({ok: answer.exitCode !== 3, code: answer.code, data: answer.data}));
};

export interface RefusalForm {
  readonly form: Form;
  readonly colour: boolean;
  readonly io: Io;
}

/** JSON is the result and goes to standard output; for a person it is no result, so it goes where the log goes. */
export const printRefusal = (refusal: Refusal, {form, colour, io}: RefusalForm): void => {
  if (form === 'text') io.stderr.write(refusalText(refusal, wantsColour(io.stderr, io.env, colour)));
  else {
    const {code, where, untouched, next} = refusal;
    io.stdout.write(jsonLine({ok: false, code, message: redact(refusal.message), where, untouched, next}));
  }
};

/** What happened, where, what was not touched, what to do next. */
export const refusalText = (refusal: Refusal, colour: boolean): string => {
  const {bold, red, dim} = pc.createColors(colour);
  const safe = (text: string): string => escapeControl(redact(text)).replaceAll('\n', '\n  ');
  const verb = {3: 'refused', 4: 'failed and restored', 5: 'failed, not restored'}[refusal.exitCode];
  const place = whereText(refusal.where);
  return [
    `${red(bold(verb))}: ${safe(refusal.message)} ${dim(`[${escapeLine(refusal.code)}]`)}`,
    ...(place === '' ? [] : [`  where: ${escapeLine(redact(place))}`]),
    `  ${safe(refusal.untouched)}`,
    ...refusal.next.map(({label, command}) =>
      command === undefined ? `  next: ${safe(label)}` : `  next: ${safe(label)}:\n    ${safe(command)}`,
    ),
    '',
  ].join('\n');
};

const whereText = ({file, line, column, step, command, exitCode}: Where): string =>
  [
    ...(file === undefined ? [] : [[file, line, column].filter((part) => part !== undefined).join(':')]),
    ...(step === undefined ? [] : [`step ${step}`]),
    ...(command === undefined ? [] : [command]),
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
  ].join(', ');

/** Anything but a refusal that is thrown is a mistake of stopgap, and says so. */
export const printBug = (error: unknown, form: Form, {stdout, stderr}: Io): void => {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = 'This is a bug in stopgap. Nothing is known about how far it came: look with stopgap status.';
  if (form === 'json') {
    stdout.write(jsonLine({ok: false, code: 'BUG', message, where: {}, untouched: 'unknown', next: []}));
  }
  stderr.write(`${message}\nstopgap ${version}, Node.js ${process.version}\n${escapeControl(redact(stack))}\n`);
};
