import {unreachable} from '../kit/unreachable.ts';
import type {Check, DeclaredAnswer, ElementAddress, PlanBody, PlannedMitigation, Step} from '../plan/model.ts';

/* What the parts of a plan say in words. One place, so that text, Markdown and HTML say the same. */

export const checkSentence = (check: Check): string => {
  switch (check.check) {
    case 'element':
      return check.is === 'absent'
        ? `${elementName(check.at)} is not in ${placeOf(check.at)}`
        : `${elementName(check.at)} is in ${placeOf(check.at)}, its meaning has SHA-256 ${short(check.meaning)}`;
    case 'service-state':
      return `service ${check.service} is ${check.is}`;
    case 'service-start-type':
      return `start type of service ${check.service} is ${check.is}`;
    case 'app-pool-state':
      return `app pool ${check.pool} is ${check.is}`;
    case 'app-pool-auto-start':
      return check.is === null
        ? `autoStart of app pool ${check.pool} is not written, which means true`
        : `autoStart of app pool ${check.pool} is ${check.is}`;
    case 'process':
      return `no process ${check.image} runs`;
    case 'file':
      return `${check.path} has SHA-256 ${short(check.sha256)}`;
    default:
      return unreachable(check);
  }
};

export const short = (digest: string): string => digest.slice(0, 12);

const elementName = ({element, keys}: ElementAddress): string =>
  [element, ...Object.entries(keys).map(([name, value]) => `${name}="${value}"`)].join(' ');

const placeOf = ({file, location, section, collection}: ElementAddress): string => {
  const inside = collection === '' ? section : `${section}/${collection}`;
  return `${inside} of ${file}${location === null ? '' : ` under <location path="${location}">`}`;
};

export const answerSentence = ({site, path, status}: DeclaredAnswer): string =>
  status === 'reset' ? `${site}${path} closes the connection without an answer` : `${site}${path} answers ${status}`;

export const statusWords: Readonly<Record<PlannedMitigation['status'], string>> = {
  planned: 'planned',
  'in-place': 'in place already',
  'not-applicable': 'not applicable',
  'nothing-to-do': 'nothing to do',
  signal: 'signal, waits for a person',
  'to-remove': 'not needed any more, to be removed',
};

export const titles: Readonly<Record<PlanBody['purpose'], string>> = {
  apply: 'Plan',
  rollback: 'Plan of a rollback',
  reconcile: 'Plan that reconciles',
  'prepare-upgrade': 'Plan before an upgrade',
};

export const stepTotals = (steps: readonly Step[]): string => {
  const toDo = steps.filter(({status}) => status === 'to-do');
  const count = (symbol: Step['symbol']) => toDo.filter((step) => step.symbol === symbol).length;
  const done = steps.length - toDo.length;
  const disruptive = toDo.filter(({disruption}) => disruption.length > 0).length;
  return [
    `${count('+')} to add, ${count('~')} to change, ${count('-')} to remove`,
    ...(done > 0 ? [`${done} already so`] : []),
    `${disruptive} disruptive`,
  ].join('; ');
};

/** `40 s`, `2 min`, `1 min 30 s` */
export const duration = (milliseconds: number): string => {
  const seconds = Math.ceil(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  return [...(minutes > 0 ? [`${minutes} min`] : []), ...(rest > 0 || minutes === 0 ? [`${rest} s`] : [])].join(' ');
};
