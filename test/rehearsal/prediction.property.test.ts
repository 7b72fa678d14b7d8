import {expect, test} from 'vitest';
import {addCommand, addStepwise, type CommandItem, removeCommand, stepwiseElement} from '../../src/iis/appcmd-edits.ts';
import type {ElementSpec} from '../../src/iis/element-spec.ts';
import {isRefusal} from '../../src/kit/refusal.ts';
import {Prediction} from '../../src/plan/predict.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';
import {fc} from '../support/properties.ts';

/*
 * The predictor and the simulated appcmd were written separately. Whatever a rule is called and whatever its patterns
 * hold, both write the same bytes, or the command compiler refuses it with a reason and nothing is written.
 */

const special = [...'abc .*(?=)|{}:/"[],%=@<>&\\^!;$`'];
/** Apostrophes and line breaks cannot be said: rare enough that most rules get through. */
const text = fc.string({
  unit: fc.oneof(
    {weight: 200, arbitrary: fc.constantFrom(...special)},
    {weight: 50, arbitrary: fc.constantFrom('é', '漢', '🙂', '%20', '%41', '@start', '&quot;', '\u00a0', '\t')},
    {weight: 1, arbitrary: fc.constantFrom("'", "']", '\r\n', '\n')},
  ),
  minLength: 1,
  maxLength: 16,
});

const element = (
  name: string,
  attributes: ElementSpec['attributes'],
  children: readonly ElementSpec[] = [],
): ElementSpec => ({name, attributes, children});

const inbound: fc.Arbitrary<CommandItem> = fc
  .record({
    name: text,
    stop: fc.constantFrom('true', 'false', undefined),
    url: text,
    negate: fc.boolean(),
    conditions: fc.array(fc.tuple(text, text), {maxLength: 3}),
    any: fc.boolean(),
  })
  .map(({name, stop, url, negate, conditions, any}) => {
    const attributes: ElementSpec['attributes'] = [
      ['name', `fresh ${name}`],
      ...(stop ? [['stopProcessing', stop] as const] : []),
    ];
    const held = conditions.map(([input, pattern]) =>
      element('add', [
        ['input', input],
        ['pattern', pattern],
      ]),
    );
    return {
      collection: '',
      element: element('rule', attributes, [
        element('match', [['url', url], ...(negate ? [['negate', 'true'] as const] : [])]),
        ...(held.length > 0 ? [element('conditions', any ? [['logicalGrouping', 'MatchAny']] : [], held)] : []),
        element('action', [['type', 'AbortRequest']]),
      ]),
    };
  });

interface Target {
  readonly server: string;
  readonly configPath: string;
  readonly commit: 'web.config' | 'apphost';
  readonly file: string;
}

const host = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';
const site = 'C:\\inetpub\\wwwroot\\web.config';
const exchange = ['exchange2019-cu12', 'exchange2016-cu19', 'exchange2019-cu8', 'exchange-se'];
const targets: readonly Target[] = exchange.flatMap((server): readonly Target[] => [
  {server, configPath: 'Default Web Site', commit: 'web.config', file: site},
  {server, configPath: 'Default Web Site', commit: 'apphost', file: host},
  {server, configPath: 'Default Web Site/owa', commit: 'apphost', file: host},
]);

const section = 'system.webServer/rewrite/rules';

/** A lab whose file is put back after every rule. */
const restoring = async ({server, file}: Target): Promise<{lab: Lab; reset: () => Promise<void>}> => {
  const lab = await makeLab(fixture(server));
  const before = await lab.server.readFile(file);
  return {lab, reset: async () => (before ? lab.write(file, before) : undefined)};
};

const predicted = async (lab: Lab, target: Target, items: readonly CommandItem[]): Promise<Uint8Array | undefined> => {
  const prediction = new Prediction(lab.server);
  const location = target.commit === 'apphost' ? target.configPath : null;
  await prediction.add(
    target.file,
    items.map((item) => ({location, section, ...item})),
  );
  return prediction.changed().get(target.file);
};

const decoded = (bytes: Uint8Array | undefined): string => new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes);

test.each(targets.map((target) => [`${target.server}, ${target.configPath}, ${target.commit}`, target] as const))(
  'prediction and simulation are equal bytes, forwards and back: %s',
  async (_, target) => {
    const {lab, reset} = await restoring(target);
    const before = decoded(await lab.server.readFile(target.file));
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(inbound, {
          minLength: 1,
          maxLength: 2,
          selector: ({element: {attributes}}) => attributes[0]?.[1].toLowerCase(),
        }),
        fc.boolean(),
        async (rules, stepwise) => {
          const items = stepwise ? rules.map((item) => ({...item, element: stepwiseElement(item)})) : rules;
          const to = {configPath: target.configPath, commit: target.commit, section};
          const compile = () => ({
            add: stepwise ? addStepwise(to, items) : [addCommand(to, items)],
            remove: removeCommand(to, items),
          });
          let commands: ReturnType<typeof compile>;
          try {
            commands = compile();
          } catch (error) {
            if (!isRefusal(error)) throw error;
            expect(error.code).toBe('IIS.UNEXPRESSIBLE');
            return;
          }
          await reset();
          for (const command of commands.add) {
            const result = await lab.server.commands.run(command, {timeoutMs: 20_000});
            expect(result.exitCode, `${command.args.join(' ')}\n${result.stdout}`).toBe(0);
          }
          const after = decoded(await lab.server.readFile(target.file));
          await reset();
          expect(after).toBe(decoded(await predicted(lab, target, items)));
          compared++;
          await lab.write(target.file, after);
          expect((await lab.server.commands.run(commands.remove, {timeoutMs: 20_000})).exitCode).toBe(0);
          expect(decoded(await lab.server.readFile(target.file))).toBe(before);
        },
      ),
      {numRuns: 25},
    );
    expect(compared).toBeGreaterThan(5);
  },
);
