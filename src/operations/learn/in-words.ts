import {escapeLine} from '../../kit/escape-control.ts';
import type {ProbeAnswers} from './answers.ts';

/** A line of what the script asked, and which of its steps tell. */
const questions: readonly (readonly [question: number, asks: string])[] = [
  [1, 'stopping, starting and recycling what is so already'],
  [2, '@start'],
  [3, 'an element added and selected in one command'],
  [4, 'comma, bracket, quote, apostrophe and %uXXXX in a value'],
  [5, 'clear config, lock config'],
  [6, 'a locked section'],
  [7, 'adding a rule and removing it'],
  [8, 'listing what does not exist'],
  [9, 'a backup whose name is taken'],
  [10, '/apphostconfig: with a copy'],
  [11, "sc.exe's usage error and its layout"],
];

/** `7 adding a rule and removing it: add 0, remove 0`: exit codes, which are what programs decide on. */
export const inWords = ({steps, copyChanged, culture, oemCodePage}: ProbeAnswers) =>
  questions.map(([question, asks]) => {
    const codes = steps
      .filter(({name}) => name.startsWith(`${question}.`))
      .map(({name, exitCode}) => `${name.slice(name.indexOf('.') + 1)} ${exitCode}`);
    const more = [
      ...(question === 10 ? [copyChanged ? 'the copy was changed' : 'the copy was not changed'] : []),
      ...(question === 11 ? [`culture ${escapeLine(culture)}, code page ${oemCodePage}`] : []),
    ];
    return {question, says: `${asks}: ${[...codes, ...more].join(', ') || 'not asked'}`};
  });
