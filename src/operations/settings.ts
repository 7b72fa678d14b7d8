import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import {changeWindow, freezeDates} from '../apply/window/model.ts';
import type {Calendar} from '../apply/window/openings.ts';
import {Refusal} from '../kit/refusal.ts';
import {readYaml} from '../kit/yaml-source.ts';

/*
 * What an organisation says about changes of this server: settings.yaml in the state folder, where only administrators
 * write. A missing file means: no window, no approvals, so that each apply says --now.
 */

const settingsSchema = z
  .strictObject({
    windows: z.array(changeWindow).default([]),
    /** Dates on which no window opens. */
    freeze: freezeDates.default([]),
    /** How many accounts have to approve a plan before it is applied. */
    approvals: z.number().int().min(0).max(2).default(0),
    /** Whether --now needs --reason. */
    requireReason: z.boolean().default(false),
    /** Ids of mitigations that may be applied outside of a window. */
    urgent: z.array(z.string()).default([]),
  })
  .superRefine(({windows}, context) => {
    const names = windows.map(({name}) => name.toLowerCase());
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue;
      context.addIssue({code: 'custom', path: ['windows', index, 'name'], message: `there are two windows "${name}"`});
    }
  });

export type Settings = z.output<typeof settingsSchema>;

export const settingsFile = (stateDir: string): string => join(stateDir, 'settings.yaml');

/** @throws Refusal SETTINGS.INVALID with file, line and reason; SETTINGS.UNREADABLE */
export const readSettings = async (stateDir: string): Promise<Settings> => {
  const file = settingsFile(stateDir);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return settingsSchema.parse({});
    throw new Refusal('SETTINGS.UNREADABLE', `${file} cannot be read`, {where: {file}, cause});
  }
  // An empty file, or one of comments only, says nothing.
  if (/^(\s*(#.*)?\n?)*$/.test(text)) return settingsSchema.parse({});
  return readYaml({file, text}, settingsSchema, 'SETTINGS.INVALID');
};

/** The windows that count: all of them, or the one that was named. @throws Refusal APPLY.NO_SUCH_WINDOW */
export const calendarOf = ({windows, freeze}: Settings, name: string | undefined): Calendar => {
  if (name === undefined) return {windows, freeze};
  const named = windows.filter((window) => window.name.toLowerCase() === name.toLowerCase());
  if (named.length > 0) return {windows: named, freeze};
  const known = windows.length === 0 ? 'There is none' : `There are ${windows.map((window) => window.name).join(', ')}`;
  throw new Refusal('APPLY.NO_SUCH_WINDOW', `The settings have no change window "${name}".`, {next: [{label: known}]});
};
