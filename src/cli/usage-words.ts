/**
 * What yargs finds wrong with a command line, in words that name what is missing.
 * @param written how the command is written, `show <plan>`, where the line names one
 */
export const usageWords = (message: string, written: string | undefined): string => {
  const [, missing] = /^Missing required arguments?: (.+)$/.exec(message) ?? [];
  if (missing !== undefined) {
    const options = missing.split(', ').map((name) => `--${name}`);
    return `${options.join(' and ')} must be given`;
  }
  const tooFew = message.startsWith('Not enough non-option arguments');
  return tooFew && written !== undefined ? `something is missing: it is written stopgap ${written}` : message;
};
