import {describe, expect, test} from 'vitest';
import {layersOf} from '../../src/iis/layers.ts';
import {mayAdd} from '../../src/iis/locks.ts';
import {physicalPathOf} from '../../src/iis/topology.ts';
import {
  applicationHost,
  configurationOf,
  type Folder,
  lineWith,
  smallServer,
  webConfig,
  webConfigPath,
} from '../support/application-host.ts';
import {applicationHostPath} from '../support/memory-server.ts';
import {decides, type Situation, situations} from './lock-situations.ts';

const lineOf = (text: string | undefined): number | undefined =>
  text?.includes(decides) ? lineWith(text, decides) : undefined;

/** File and line of the comment, wherever it stands. */
const deciding = ({host, webs}: Situation): {readonly file: string; readonly line: number} | undefined => {
  const line = lineOf(applicationHost(host));
  if (line !== undefined) return {file: applicationHostPath, line};
  const folders: readonly Folder[] = ['root', 'app', 'nested', 'shared', 'files'];
  for (const folder of folders) {
    const content = webs?.[folder];
    const found = content === undefined ? undefined : lineOf(webConfig(content));
    if (found !== undefined) return {file: webConfigPath(folder), line: found};
  }
  return undefined;
};

const verdictOf = async (situation: Situation) => {
  const {host, webs, path = 'Site/app', commit = 'web.config', collection = ''} = situation;
  const section = situation.section ?? 'system.webServer/rewrite/rules';
  const configuration = await configurationOf(smallServer(host, webs));
  const folder = physicalPathOf(configuration.topology, path);
  const file = commit === 'apphost' ? applicationHostPath : `${folder}\\web.config`;
  return mayAdd(configuration, await layersOf(configuration, path), {section, collection, commit, file});
};

describe('where a rule may go', () => {
  test.each(situations.map((situation) => [situation.fact, situation] as const))('%s', async (_, situation) => {
    const verdict = await verdictOf(situation);
    if (situation.why === undefined) expect(verdict).toEqual({allowed: true});
    else expect(verdict).toEqual({allowed: false, ...deciding(situation), why: expect.stringMatching(situation.why)});
  });

  test('the table marks a deciding line exactly where something forbids', () => {
    for (const situation of situations) {
      expect(deciding(situation) !== undefined, situation.fact).toBe(situation.why !== undefined);
    }
  });

  test('a section that is not declared at all: URL Rewrite is not installed', async () => {
    const verdict = await verdictOf({fact: '', host: {declarations: ''}});
    expect(verdict).toMatchObject({
      allowed: false,
      file: applicationHostPath,
      why: expect.stringContaining('not declared'),
    });
  });
});
