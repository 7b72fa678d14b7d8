/* Options that mean the same wherever they stand. */

export const profileOption = {
  type: 'string',
  array: true,
  default: [] as string[],
  describe: 'Trust profile for feeds: its name or a file',
} as const;

export const acceptOption = {
  type: 'string',
  array: true,
  default: [] as string[],
  describe: 'Let a refusing finding pass',
} as const;

export const placeOption = {
  choices: ['web.config', 'apphost'],
  describe: 'Force the place of rewrite rules',
} as const;
