import {beforeAll, describe, expect, test} from 'vitest';
import {readState} from '../../src/operations/state.ts';
import {type Day, openDay} from './day.ts';
import {rollBackByHand} from './hands.ts';
import {catalogued, trustWebRoot} from './publisher.ts';

/* An active mitigation of which the feed brings another text: one run takes the old rule away and adds the new one. */

beforeAll(trustWebRoot);

const wwwroot = 'C:\\inetpub\\wwwroot\\web.config';
const old = '(?=.*autodiscover)(?=.*powershell)';
const next = '.*autodiscover.*powershell.*';

const replaced = async (): Promise<Day> => {
  const day = await openDay();
  await day.settings('agent: {mode: auto, feed: "FEED", profiles: [acme], jitter: 0s}\n');
  const first = await catalogued('M1');
  day.publisher.publish([first], day.now());
  day.at(1, () => day.publisher.publish([JSON.parse(JSON.stringify(first).replaceAll(old, next))], day.now()));
  await day.until(2);
  return day;
};

const rules = async ({lab}: Day): Promise<readonly string[]> =>
  [...(await lab.read(wwwroot)).matchAll(/pattern="([^"]+)"/g)].map(([, pattern]) => pattern ?? '');

const held = async ({lab}: Day) => {
  const {state} = await readState(lab.stateDir);
  return {runs: state.mitigations.get('M1')?.steps.map(({run}) => run), resources: state.resources.size};
};

describe('a mitigation that was replaced', () => {
  test('stands by its new text alone, on the server and in the books', async () => {
    const day = await replaced();
    expect(await rules(day)).toEqual([next]);
    expect(await held(day)).toEqual({runs: ['r2'], resources: 1});
  });

  test('has its old text back when that run is taken back, and stays in the books', async () => {
    const day = await replaced();
    await rollBackByHand(day, 'r2');
    expect(await rules(day)).toEqual([old]);
    expect(await held(day)).toEqual({runs: ['r3'], resources: 1});
  });

  test('is gone when it is taken back itself', async () => {
    const day = await replaced();
    await rollBackByHand(day, 'M1');
    expect(await rules(day)).toEqual([]);
    expect(await held(day)).toEqual({runs: undefined, resources: 0});
  });
});
