import {escapeLine} from '../kit/escape-control.ts';
import type {LoadedSource} from '../operations/sources.ts';
import type {GlobalArgs} from './command.ts';
import {interruptedWarning} from './interrupted-warning.ts';

interface Warned {
  readonly args: Pick<GlobalArgs, 'server' | 'state-dir'>;
  readonly stateDir: string;
  readonly sources: readonly LoadedSource[];
}

/** What a person should know beside the plan and what is no part of it: lines below the preview, '' where there are none. */
export const planWarnings = async ({args, stateDir, sources}: Warned): Promise<string> => {
  const ofFeeds = sources.flatMap(({source, warnings}) =>
    warnings.map((words) => `warning: feed ${source.name}: ${words}`),
  );
  const all = [...ofFeeds.map(escapeLine), ...(await interruptedWarning(stateDir, args))];
  return all.length === 0 ? '' : `\n${all.map((line) => `${line}\n`).join('')}`;
};
