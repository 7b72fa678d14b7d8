import {readFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import * as z from 'zod';
import {Refusal} from '../kit/refusal.ts';
import type {Plan} from '../plan/model.ts';
import type {ImpactFigures, LogImpact} from '../preview/impact-figures.ts';
import type {Io} from './command.ts';

const tally = z.object({
  count: z.number(),
  first: z.object({time: z.string()}).nullable(),
  last: z.object({time: z.string()}).nullable(),
  byApplication: z.array(z.object({key: z.string(), count: z.number()})),
});

const answer = z.object({
  code: z.literal('IMPACT.COUNTED'),
  data: z.object({
    planId: z.string(),
    site: z.string(),
    logs: z.object({files: z.number(), requests: z.number()}),
    rules: z.array(
      z.object({
        name: z.string(),
        ordinary: tally,
        attackLike: tally,
        uncertain: tally,
        untold: z.array(z.object({requests: z.number()})),
      }),
    ),
  }),
});

type Rule = z.output<typeof answer>['data']['rules'][number];

const figuresOf = ({name, ordinary, attackLike, uncertain, untold}: Rule): ImpactFigures => ({
  rule: name,
  ordinary: ordinary.count,
  attackLike: attackLike.count,
  untold: untold.reduce((sum, {requests}) => sum + requests, uncertain.count),
  span: ordinary.first && ordinary.last ? `${ordinary.first.time} to ${ordinary.last.time}` : undefined,
  applications: ordinary.byApplication
    .slice(0, 3)
    .map(({key, count}) => `${key} (${count})`)
    .join(', '),
});

const malformed = (file: string, reason: string, cause?: unknown): Refusal =>
  new Refusal('IMPACT.MALFORMED', `${file} ${reason}`, {
    where: {file},
    next: [{label: 'Make one', command: 'stopgap impact PLAN --logs DIR --json > impact.json'}],
    cause,
  });

/** What `impact --json` has printed for this plan. @throws Refusal IMPACT.MALFORMED */
export const readImpactFile = async (file: string, {planId}: Plan, io: Io): Promise<LogImpact> => {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(resolve(io.cwd, file), 'utf8'));
  } catch (cause) {
    throw malformed(file, 'is no JSON file that can be read', cause);
  }
  const parsed = answer.safeParse(value);
  if (!parsed.success) throw malformed(file, 'is not what impact --json prints');
  const {data} = parsed.data;
  if (data.planId !== planId) throw malformed(file, 'was counted for another plan');
  return {
    read: `${data.logs.requests} requests to ${data.site} in ${data.logs.files} log files were held against the rules.`,
    rules: data.rules.map(figuresOf),
  };
};
