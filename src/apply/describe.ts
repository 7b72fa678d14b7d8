import {escapeLine} from '../kit/escape-control.ts';
import {redact} from '../kit/redact.ts';
import type {Check, StepCommand} from '../plan/model.ts';

/** What a check says, as the second half of "it should be true that ...". */
export const describeCheck = (check: Check): string => {
  switch (check.check) {
    case 'element': {
      const {element, keys, section, file, location} = check.at;
      const named = Object.entries(keys).map(([key, value]) => ` ${key}="${value}"`);
      const place = location === null ? '' : ` under location "${location}"`;
      const what = `<${element}${named.join('')}> of ${section} in ${file}${place}`;
      return escapeLine(check.is === 'absent' ? `${what} is absent` : `${what} is there as planned`);
    }
    case 'service-state':
      return escapeLine(`service ${check.service} is ${check.is}`);
    case 'service-start-type':
      return escapeLine(`service ${check.service} has start type ${check.is}`);
    case 'app-pool-state':
      return escapeLine(`application pool ${check.pool} is ${check.is}`);
    case 'app-pool-auto-start':
      return escapeLine(
        check.is === null
          ? `application pool ${check.pool} has no autoStart of its own`
          : `application pool ${check.pool} has autoStart="${check.is}"`,
      );
    case 'process':
      return escapeLine(`no process ${check.image} runs`);
    case 'file':
      return escapeLine(`${check.path} has SHA-256 ${check.sha256}`);
  }
};

export const describeChecks = (checks: readonly Check[]): string => checks.map(describeCheck).join('; ');

// As CommandLineToArgvW reads it back: backslashes count only before a quote.
const quote = (argument: string): string =>
  argument !== '' && !/[\s"&|<>^%]/.test(argument)
    ? argument
    : `"${argument.replace(/(\\*)("|$)/g, (_, slashes: string, end: string) => `${slashes}${slashes}${end && '\\"'}`)}"`;

/** What a person would do in place of the command. */
export const describeCommand = (command: StepCommand): string => {
  switch (command.do) {
    case 'run': {
      const {tool, args} = command.command;
      // Redacted first: the quotes of a command line would hide a secret from the redactor.
      return escapeLine([tool, ...args.map(redact).map(quote)].join(' '));
    }
    case 'wait':
      return escapeLine(`wait: ${command.why}`);
    case 'look-again':
      return `look again after ${command.afterMs / 1000} seconds`;
    case 'restore-file':
      return escapeLine(`put the backup ${command.backup} back as ${command.path}`);
  }
};
