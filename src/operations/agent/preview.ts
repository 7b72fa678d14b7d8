import {previewText} from '../../preview/text.ts';
import type {ReadyPlan} from './ready-plan.ts';

/** The plan as a message shows it: no colours, lines that survive a mail. */
export const previewOf = ({plan, file}: ReadyPlan): string =>
  previewText(plan, {planFile: file, colour: false, width: 100});
