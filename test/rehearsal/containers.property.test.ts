import {expect, test} from 'vitest';
import {addCommand, type CommandItem, removeCommand} from '../../src/iis/appcmd-edits.ts';
import {Prediction} from '../../src/plan/predict.ts';
import {fixture, makeLab} from '../support/lab.ts';
import {fc} from '../support/properties.ts';

/*
 * Whatever stands around and inside of the containers that an addition goes into: white space of every kind, comments,
 * other sections, groups that stand twice, tags in every form. Prediction and simulation write the same bytes.
 */

const file = 'C:\\inetpub\\wwwroot\\web.config';
const configPath = 'Default Web Site';
const section = 'system.webServer/rewrite/rules';

const item: CommandItem = {
  collection: '',
  element: {
    name: 'rule',
    attributes: [
      ['name', 'fresh'],
      ['stopProcessing', 'true'],
    ],
    children: [
      {name: 'match', attributes: [['url', '.*']], children: []},
      {name: 'action', attributes: [['type', 'AbortRequest']], children: []},
    ],
  },
};

const space = fc.constantFrom('', ' ', '\r\n', '\n', '\r\n    ', '\n\t', '\t', '\r\n\r\n  ', '  \r\n');
const comment = fc.constantFrom('', '', '<!-- c -->', '<!--\r\n-->');
const filler = fc.tuple(space, comment, space).map((parts) => parts.join(''));

const container = (name: string, inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(`<${name}/>`, `<${name} />`, `<${name}\r\n/>`),
    fc.tuple(filler, inner, filler).map((parts) => `<${name}>${parts.join('')}</${name}>`),
    filler.map((content) => `<${name}>${content}</${name}>`),
  );

const rule = fc.constantFrom('a', 'b').map((name) => `<rule name="${name}"><match url="x" /></rule>`);
const rules = container('rules', fc.oneof(fc.constant(''), rule));
const rewrite = container('rewrite', fc.oneof(fc.constant(''), rules, fc.constant('<outboundRules />')));
const webServer = container('system.webServer', fc.oneof(rewrite, fc.constant('<modules />'), fc.constant('')));
const pathless = rewrite.map(
  (inner) => `<location inheritInChildApplications="false"><system.webServer>${inner}</system.webServer></location>`,
);
const other = fc.constantFrom('<appSettings />', '<system.web><compilation /></system.web>');
const document = fc
  .tuple(filler, fc.oneof(webServer, other, fc.constant('')), filler, fc.oneof(other, fc.constant('')), space)
  .map((parts) => `<?xml version="1.0"?>\r\n<configuration>${parts.join('')}</configuration>\r\n`);
const withLocation = fc
  .tuple(
    space,
    pathless.filter((text) => !text.includes('<rules')),
    space,
  )
  .map((parts) => `<configuration>${parts.join('')}</configuration>`);

const text = (bytes: Uint8Array | undefined): string => new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes);

test('prediction and simulation are equal bytes, whatever the file looks like, forwards and back', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  const target = {configPath, commit: 'web.config', section} as const;
  await fc.assert(
    fc.asyncProperty(fc.oneof(document, withLocation), async (before) => {
      await lab.write(file, before);
      const prediction = new Prediction(lab.server);
      await prediction.add(file, [{location: null, section, ...item}]);
      const added = await lab.server.commands.run(addCommand(target, [item]), {timeoutMs: 20_000});
      expect(added.exitCode, added.stdout).toBe(0);
      expect(text(await lab.server.readFile(file))).toBe(text(prediction.changed().get(file)));
      await prediction.remove([
        {file, location: null, configPath, section, collection: '', element: 'rule', keys: {name: 'fresh'}},
      ]);
      const removed = await lab.server.commands.run(removeCommand(target, [item]), {timeoutMs: 20_000});
      expect(removed.exitCode, removed.stdout).toBe(0);
      expect(text(await lab.server.readFile(file))).toBe(text(prediction.changed().get(file) ?? Buffer.from(before)));
    }),
    {numRuns: 150},
  );
});
