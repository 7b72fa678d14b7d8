import {escapeLine} from '../kit/escape-control.ts';
import {unreachable} from '../kit/unreachable.ts';
import type {TracedRequest, Verdict} from '../operations/trace.ts';
import type {Answer, RuleTrace} from '../rewrite/trace.ts';

const answerSentence = (answer: Answer, url: string): string => {
  switch (answer.kind) {
    case 'passed':
      return answer.url === url ? 'goes on to the application' : `goes on to the application as ${answer.url}`;
    case 'aborted':
      return 'the connection is closed without an answer';
    case 'redirected':
      return `is redirected (${answer.status}) to ${answer.location}`;
    case 'custom-response': {
      const sub = answer.subStatus === 0 ? '' : `.${answer.subStatus}`;
      return `is answered ${answer.status}${sub} ${answer.reason}`.trimEnd();
    }
    case 'error':
      return `is answered 500${answer.subStatus === undefined ? '' : `.${answer.subStatus}`}: "${answer.fault.name}" ${answer.fault.reason}`;
    default:
      return unreachable(answer);
  }
};

const place = ({source}: Pick<RuleTrace, 'source'>): string => `${source.file}:${source.line}`;

const ruleLines = (rule: RuleTrace): readonly string[] => [
  `  ${rule.fired ? '*' : '-'} ${rule.section} "${rule.name}" (${place(rule)}): ${rule.why}`,
  ...rule.doubts.map((doubt) => `      not known for certain: ${doubt}`),
];

const outboundLines = ({outbound, outboundRules, inbound}: Verdict, given: boolean): readonly string[] => {
  if (outboundRules === 0) return [];
  const count = outboundRules === 1 ? '1 outbound rule' : `${outboundRules} outbound rules`;
  if (!given) return [`  ${count} not looked at: --answer says what the application answers`];
  if (!outbound)
    return inbound.answer.kind === 'passed' ? [] : [`  ${count} not looked at: the application does not answer`];
  return [
    ...outbound.rules.flatMap(ruleLines),
    ...outbound.notSimulated.map((sentence) => `      not known for certain: ${sentence}`),
    ...(outbound.fault ? [`  the answer becomes 500: "${outbound.fault.name}" ${outbound.fault.reason}`] : []),
    ...Object.entries(outbound.headers).map(([name, value]) => `  answer has ${name}: ${value}`),
  ];
};

const verdictLines = (verdict: Verdict, {question}: TracedRequest): readonly string[] => {
  const [fault] = verdict.unreadable;
  if (fault) return [`is answered 500.19: ${fault.reason} (${fault.file}:${fault.line})`];
  const {answer, decidedBy, rules, certain, doubts} = verdict.inbound;
  const by = decidedBy ? `, by "${decidedBy.name}" (${place(decidedBy)})` : '';
  const ofRules = new Set(rules.flatMap((rule) => rule.doubts.map((doubt) => `rule "${rule.name}": ${doubt}`)));
  return [
    `${answerSentence(answer, question.url)}${by}${certain ? '' : ' (not known for certain)'}`,
    ...rules.flatMap(ruleLines),
    ...(rules.length === 0 ? ['  no inbound rule is in force here'] : []),
    ...doubts.filter((doubt) => !ofRules.has(doubt)).map((doubt) => `  not known for certain: ${doubt}`),
    ...outboundLines(verdict, question.response !== undefined),
  ];
};

const titled = (title: string, [first = '', ...rest]: readonly string[]): readonly string[] => [
  `  ${title}: ${first}`,
  ...rest.map((line) => `  ${line}`),
];

const one = (traced: TracedRequest): string =>
  [
    `${traced.question.method} ${traced.question.url}`,
    `  application ${traced.application}`,
    ...titled('now', verdictLines(traced.now, traced)),
    ...(traced.withPlan ? titled('with the plan', verdictLines(traced.withPlan, traced)) : []),
  ]
    .map(escapeLine)
    .join('\n');

/** Every request with what becomes of it and why, rule by rule. */
export const traceText = (traced: readonly TracedRequest[], notes: readonly string[]): string =>
  [...notes.map((note) => `! ${escapeLine(note)}`), ...traced.map(one)].join('\n\n').concat('\n');
