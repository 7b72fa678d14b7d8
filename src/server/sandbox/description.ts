import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Refusal} from '../../kit/refusal.ts';
import {defaultEnvironment, type ServerJson, serverJson} from '../server-json.ts';

export const descriptionFile = (dir: string): string => join(dir, 'server.json');

const refuse = (dir: string, message: string, cause?: unknown): never => {
  throw new Refusal('SANDBOX.NO_SERVER_JSON', message, {
    where: {file: descriptionFile(dir)},
    next: [{label: 'Make a sandbox from a tree', command: `stopgap sandbox create ${dir} --from TREE`}],
    cause,
  });
};

const parse = (dir: string): unknown => {
  try {
    return JSON.parse(readFileSync(descriptionFile(dir), 'utf8'));
  } catch (error) {
    return refuse(dir, `${descriptionFile(dir)} cannot be read as JSON`, error);
  }
};

/** What server.json says, checked; a Refusal where it is missing or does not fit its schema. */
export const readDescription = (dir: string): ServerJson => {
  const result = serverJson.safeParse(parse(dir));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  return refuse(dir, `${descriptionFile(dir)}: ${issue?.path.join('.')}: ${issue?.message}`);
};

export const environmentOf = (description: ServerJson): Readonly<Record<string, string>> => ({
  ...defaultEnvironment,
  ...description.environment,
});

export const configFolderOf = (description: ServerJson): string =>
  `${environmentOf(description)['SystemRoot'] ?? 'C:\\Windows'}\\System32\\inetsrv\\config`;
