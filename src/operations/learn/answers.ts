import * as z from 'zod';
import '../../kit/zod-settings.ts';
import {Refusal} from '../../kit/refusal.ts';

/*
 * The file that docs/probe.ps1 writes: what appcmd.exe and sc.exe of one machine answered to the questions that no
 * documentation settles. It holds what was seen, bytes included; what follows from it is decided by learn.ts.
 */

const base64 = z.base64();

const step = z.strictObject({
  /** The number of the question, and which part of it: `7.remove`. */
  name: z.string().regex(/^\d+\.[a-z-]+$/),
  tool: z.enum(['appcmd.exe', 'sc.exe']),
  /** As they stood on the command line. */
  arguments: z.string(),
  exitCode: z.number().int().min(0).max(0xffff_ffff),
  /** Standard output in the code page of the console. */
  output: base64,
  /** The web.config of the probe's site when the command had ended; null: there was none. */
  webConfig: base64.nullable(),
});

const answersSchema = z.strictObject({
  formatVersion: z.literal(1),
  at: z.string(),
  windows: z.string(),
  /** File version of appcmd.exe: what was learnt holds for this one. */
  appcmd: z.string().regex(/^\d+\.\d+\.\d+\.\d+$/),
  urlRewrite: z.string().nullable(),
  culture: z.string(),
  oemCodePage: z.number().int(),
  /** Whether applicationHost.config was the same before and after. */
  restored: z.boolean(),
  /** Whether `/apphostconfig:` changed the copy that it named. */
  copyChanged: z.boolean(),
  steps: z.array(step),
});

export type ProbeAnswers = z.output<typeof answersSchema>;
export type ProbeStep = z.output<typeof step>;

const refuse = (file: string, message: string): never => {
  throw new Refusal('PROBE.INVALID', `${file} is not what docs/probe.ps1 writes: ${message}`, {
    where: {file},
    next: [{label: 'Run the script again', command: 'powershell -ExecutionPolicy Bypass -File probe.ps1'}],
  });
};

const parseJson = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return refuse(file, error instanceof Error ? error.message : String(error));
  }
};

/** @throws Refusal PROBE.INVALID */
export const readProbeAnswers = (file: string, text: string): ProbeAnswers => {
  const result = answersSchema.safeParse(parseJson(file, text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return refuse(file, `${issue?.path.map(String).join('.')}: ${issue?.message}`);
};
