import {readdir, rm, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeEach, describe, expect, test} from 'vitest';
import type {Happening, Occurrence} from '../../../src/agent/happening.ts';
import type {Channel} from '../../../src/agent/report/notify/channel.ts';
import {createDelivery, type Delivery} from '../../../src/agent/report/notify/delivery.ts';
import {type Notice, sayingOf} from '../../../src/agent/report/notify/notice.ts';
import {openOutbox} from '../../../src/agent/report/notify/outbox.ts';
import {fixedClock} from '../../../src/kit/clock.ts';
import {testFolder} from '../../support/lab.ts';

const minute = 60_000;
const hour = 60 * minute;
const clock = () => fixedClock('2026-11-22T03:00:00.000Z');

/** A receiver that can be switched off. */
const receiver = (name: string, on?: Channel['on']) => {
  const got: Notice[] = [];
  const state = {down: false, refuses: (_: Notice) => false, asked: 0};
  const channel: Channel = {
    name,
    on,
    send: async (notice) => {
      state.asked++;
      if (state.down || state.refuses(notice)) throw new Error(`${name} is away; password=hunter2`);
      got.push(notice);
    },
  };
  return {channel, got, state, subjects: () => got.map(({subject}) => subject)};
};

let folder: string;
let time: ReturnType<typeof clock>;
const trouble: string[] = [];

beforeEach(async () => {
  folder = join(await testFolder(), 'outbox');
  time = clock();
  trouble.length = 0;
});

const start = async (...channels: readonly Channel[]): Promise<Delivery> => {
  const onTrouble = (message: string): void => void trouble.push(message);
  const outbox = await openOutbox(folder, onTrouble);
  return createDelivery({outbox, channels: async () => channels, now: time.now, onTrouble});
};

const say = async (delivery: Delivery, what: Happening): Promise<void> => {
  const occurrence: Occurrence = {at: time.now().toISOString(), host: 'EX01', what};
  await delivery.tell(occurrence);
  await delivery.deliverDue();
};

const applied = (run: string): Happening => ({is: 'applied', ids: ['M1'], planId: 'a'.repeat(64), run});
const missing: Happening = {is: 'drifted', id: 'M1', status: 'Missing', reason: 'its rule is gone'};
const files = async () => (await readdir(folder)).filter((name) => name !== 'said.json');

describe('what is said', () => {
  test('goes to every channel that wants its kind', async () => {
    const all = receiver('mail');
    const failures = receiver('webhook siem', ['failed']);
    const delivery = await start(all.channel, failures.channel);
    await say(delivery, applied('r1'));
    expect([all.subjects(), failures.subjects()]).toEqual([['[stopgap EX01] M1 applied (r1)'], []]);
    expect(await files()).toEqual([]);
  });

  test('is not said again, also not after a restart', async () => {
    const {channel, got} = receiver('mail');
    const first = await start(channel);
    await say(first, applied('r1'));
    await say(first, applied('r1'));
    await first.close();
    const second = await start(channel);
    await say(second, applied('r1'));
    await say(second, applied('r2'));
    expect(got.map(({data}) => data['run'])).toEqual(['r1', 'r2']);
  });

  test('of a state: once while it is reported, and again when it comes back', async () => {
    const {channel, got} = receiver('mail');
    const delivery = await start(channel);
    for (let check = 0; check < 48; check++) {
      await say(delivery, missing);
      await time.sleep(hour);
    }
    expect(got).toHaveLength(1);
    await time.sleep(10 * hour);
    await say(delivery, missing);
    expect(got).toHaveLength(2);
  });

  test('is nothing for the beat of every hour', async () => {
    const {channel, got} = receiver('mail');
    const delivery = await start(channel);
    await say(delivery, {is: 'check-started', cause: 'schedule'});
    await say(delivery, {is: 'blocked', id: 'M1', by: 'server'});
    await say(delivery, {is: 'check-finished', nextCheck: '2026-11-22T04:00:00.000Z', durationMs: 1});
    expect(got).toEqual([]);
  });
});

describe('a receiver that is away', () => {
  test('is tried again after 1, 5, 15, 60 minutes and then every 4 hours, and the message keeps its id', async () => {
    const mail = receiver('mail');
    mail.state.down = true;
    const delivery = await start(mail.channel);
    await say(delivery, applied('r1'));
    const attempts: number[] = [];
    for (let passed = 0; passed < 10 * hour; passed += minute) {
      const before = mail.state.asked;
      await delivery.deliverDue();
      if (mail.state.asked > before) attempts.push(passed / minute);
      await time.sleep(minute);
    }
    expect(attempts).toEqual([1, 6, 21, 81, 321, 561]);
    const [waiting] = (await openOutbox(folder, () => undefined)).waiting();
    mail.state.down = false;
    await time.sleep(4 * hour);
    await delivery.deliverDue();
    expect(mail.got.map(({id}) => id)).toEqual([waiting?.notice.id]);
    expect(await files()).toEqual([]);
  });

  test('gets after a restart what it did not take before', async () => {
    const mail = receiver('mail');
    mail.state.down = true;
    const first = await start(mail.channel);
    await say(first, applied('r1'));
    await first.close();
    mail.state.down = false;
    await time.sleep(hour);
    await (await start(mail.channel)).deliverDue();
    expect(mail.subjects()).toEqual(['[stopgap EX01] M1 applied (r1)']);
  });

  test('does not keep the others from theirs', async () => {
    const [mail, hook] = [receiver('mail'), receiver('webhook siem')];
    mail.state.down = true;
    const delivery = await start(mail.channel, hook.channel);
    await say(delivery, applied('r1'));
    expect([mail.got.length, hook.got.length]).toEqual([0, 1]);
    expect(trouble.join()).toMatch(/mail did not take "\[stopgap EX01\] M1 applied \(r1\)".*mail is away/);
    expect(trouble.join()).not.toContain('hunter2');
  });

  test('that refuses one message gets the later ones all the same', async () => {
    const hook = receiver('webhook siem');
    hook.state.refuses = ({data}) => data['run'] === 'r1';
    const delivery = await start(hook.channel);
    await say(delivery, applied('r1'));
    for (const run of ['r2', 'r3']) await say(delivery, applied(run));
    await time.sleep(5 * minute);
    await delivery.deliverDue();
    expect(hook.got.map(({data}) => data['run'])).toEqual(['r2', 'r3']);
  });

  test('is not asked once for each of many messages, but rests after the first', async () => {
    const mail = receiver('mail');
    mail.state.down = true;
    const delivery = await start(mail.channel);
    for (let run = 1; run <= 20; run++) {
      await delivery.tell({at: time.now().toISOString(), host: 'EX01', what: applied(`r${run}`)});
    }
    await delivery.deliverDue();
    await time.sleep(minute);
    mail.state.asked = 0;
    await delivery.deliverDue();
    expect(mail.state.asked).toBe(1);
  });

  test('for three days is given up, and that is said', async () => {
    const mail = receiver('mail');
    mail.state.down = true;
    const delivery = await start(mail.channel);
    await say(delivery, applied('r1'));
    for (let passed = 0; passed < 80; passed++) {
      await time.sleep(hour);
      await delivery.deliverDue();
    }
    expect(trouble.at(-1)).toMatch(/in \d+ attempts, and is not asked again/);
    expect(await files()).toEqual([]);
  });

  test('and is taken out of the settings leaves nothing behind', async () => {
    const mail = receiver('mail');
    mail.state.down = true;
    await say(await start(mail.channel), applied('r1'));
    await time.sleep(hour);
    await (await start()).deliverDue();
    expect(await files()).toEqual([]);
  });
});

describe('a disk', () => {
  test('that is full costs durability, not the message', async () => {
    const {channel, got} = receiver('mail');
    await symlink('/dev/full/outbox', folder);
    const delivery = await start(channel);
    await say(delivery, applied('r1'));
    expect(got).toHaveLength(1);
    expect(trouble.join()).toContain('kept in memory only');
  });

  test('that is slow brings no message back that was taken while it was being written', async () => {
    const outbox = await openOutbox(folder, (message) => trouble.push(message));
    const saying = sayingOf({at: time.now().toISOString(), host: 'EX01', what: applied('r1')});
    if (!saying) throw new Error('that is worth a message');
    const saidIt = outbox.say(saying, ['mail'], time.now());
    expect(outbox.waiting()).toHaveLength(1);
    await outbox.attempted(saying.notice.id, 'mail', undefined);
    await saidIt;
    expect(await files()).toEqual([]);
    expect(trouble).toEqual([]);
  });

  test('that garbled a file costs that message, and says so', async () => {
    const {channel, got} = receiver('mail');
    const broken = receiver('mail');
    broken.state.down = true;
    await say(await start(broken.channel), applied('r1'));
    const [name = ''] = await files();
    await writeFile(join(folder, name), '{"formatVersion":1');
    await time.sleep(hour);
    const delivery = await start(channel);
    await say(delivery, applied('r2'));
    expect(got.map(({data}) => data['run'])).toEqual(['r2']);
    expect(trouble.join()).toContain(`${name} cannot be used and is left alone`);
    await rm(join(folder, name));
  });
});
