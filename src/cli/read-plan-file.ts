import {readFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import {reasonOf} from '../kit/file-refusal.ts';
import {Refusal} from '../kit/refusal.ts';
import {type Plan, plan as planSchema} from '../plan/model.ts';
import {planIdOf} from '../plan/seal.ts';
import type {Io} from './command.ts';

const planning = 'stopgap plan ... -o plan.json';
const planAgain = {label: 'Plan again', command: planning};

/** A plan from its file: well-formed, of this format, and with the planId of its own body. */
export const readPlanFile = async (file: string, io: Io): Promise<Plan> => {
  const plan = parsePlan(file, await readText(file, io));
  if (planIdOf(plan.body) === plan.planId) return plan;
  throw new Refusal('PLAN.ALTERED', `${file} was changed after it was planned: its planId is not that of its content`, {
    where: {file},
    next: [planAgain],
  });
};

const readText = async (file: string, io: Io): Promise<string> => {
  try {
    return await readFile(resolve(io.cwd, file), 'utf8');
  } catch (error) {
    throw new Refusal('PLAN.UNREADABLE', `${file} cannot be read: ${reasonOf(error)}`, {
      where: {file},
      next: [{label: 'Name the file that the plan was written to, or write one', command: planning}],
      cause: error,
    });
  }
};

const parsePlan = (file: string, text: string): Plan => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Refusal('PLAN.MALFORMED', `${file} is not JSON: ${reasonOf(error)}`, {
      where: {file},
      next: [planAgain],
      cause: error,
    });
  }
  const result = planSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const at = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
  throw new Refusal('PLAN.MALFORMED', `${file} is not a plan: ${at}${issue?.message ?? 'it does not fit the schema'}`, {
    where: {file},
    next: [planAgain],
  });
};
