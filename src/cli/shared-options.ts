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

export const changesExitCodeOption = {
  type: 'boolean',
  default: false,
  describe: 'Exit code 2 where changes are proposed',
} as const;

export const placeOption = {
  choices: ['web.config', 'apphost'],
  describe: 'Force the place of rewrite rules',
} as const;

export const organizationOption = {
  type: 'boolean',
  default: false,
  describe: "In the organisation's file, for every server that reads it",
} as const;

export const reasonOption = {
  type: 'string',
  demandOption: true,
  describe: 'Why, for the audit trail',
} as const;
