import {evaluateTemplate, type TemplateScope} from './evaluate-template.ts';
import {readings} from './reading.ts';
import type {Template} from './template.ts';

export interface ActionText {
  readonly text: string;
  /** Why it may be another one; empty where it is certain. */
  readonly doubts: readonly string[];
}

/** The text that an action writes. */
export const actionText = (template: Template, scope: TemplateScope): ActionText => {
  const {text, touched, unknown} = evaluateTemplate(template, scope);
  const other = [...touched].filter((reading) => evaluateTemplate(template, scope, reading).text !== text);
  return {
    text,
    doubts: [
      ...[...new Set(unknown)].map((name) => `the value of {${name}} is not known`),
      ...other.map((reading) => readings[reading]),
      ...(template.malformed ? [`the braces of ${template.source} do not pair`] : []),
    ],
  };
};
