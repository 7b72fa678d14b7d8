import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {type Addition, addElements} from '../../src/iis/add.ts';
import type {ElementSpec} from '../../src/iis/element-spec.ts';
import {findItem} from '../../src/iis/find.ts';
import {removeElement} from '../../src/iis/remove.ts';
import {applyEdits} from '../../src/iis/text/edit.ts';
import {parseXml} from '../../src/iis/text/parse-xml.ts';
import {toSpec} from '../../src/iis/to-spec.ts';

const spec = (text: string): ElementSpec => toSpec(parseXml(text).root);
const m1 = spec(`<rule name="EEMS M1.1 PowerShell - inbound" stopProcessing="true"><match url=".*" /><conditions>
  <add input="{UrlDecode:{REQUEST_URI}}" pattern="(?=.*autodiscover)(?=.*powershell)" /></conditions>
  <action type="AbortRequest" /></rule>`);

const rule = (name: string): ElementSpec => ({name: 'rule', attributes: [['name', name]], children: []});
const into = (others: Partial<Addition> = {}): Addition => ({
  location: null,
  section: 'system.webServer/rewrite/rules',
  collection: '',
  element: rule('a'),
  ...others,
});
const added = (text: string, ...additions: readonly Partial<Addition>[]): string =>
  addElements(parseXml(text), additions.length === 0 ? [into()] : additions.map(into));

/** What the writer of IIS left in a file of two blanks a level, as it was seen after the service wrote M1. */
const eemsSample = `    <system.webServer>
        <rewrite>
            <rules>
                <rule name="EEMS M1.1 PowerShell - inbound" stopProcessing="true">
                    <match url=".*" />
                    <conditions>
                        <add input="{UrlDecode:{REQUEST_URI}}" pattern="(?=.*autodiscover)(?=.*powershell)" />
                    </conditions>
                    <action type="AbortRequest" />
                </rule>
            </rules>
        </rewrite>
    </system.webServer>
`;

describe('an addition is formatted as the writer of IIS formats it', () => {
  test('M1 in a file of two blanks a level: four blanks a level, a blank before the slash, at the end', () => {
    const before = `<configuration>
  <location inheritInChildApplications="false">
    <system.webServer>
      <modules><remove name="X"/></modules>
    </system.webServer>
  </location>
</configuration>
`;
    const after = added(before, {element: m1});
    expect(after).toBe(before.replace('</configuration>\n', `${eemsSample}</configuration>\n`));
  });

  test.each<readonly [string, string, string]>([
    [
      'a new rule goes behind the last one',
      '<configuration>\n  <system.webServer>\n    <rewrite>\n      <rules>\n        <rule name="x" />\n      </rules>\n    </rewrite>\n  </system.webServer>\n</configuration>',
      '<rule name="x" />\n                <rule name="a" />\n      </rules>',
    ],
    [
      'an existing group is used, its other sections stay in front',
      '<configuration>\n    <system.webServer>\n        <asp />\n    </system.webServer>\n</configuration>',
      '<asp />\n        <rewrite>\n            <rules>\n                <rule name="a" />\n            </rules>\n        </rewrite>\n    </system.webServer>',
    ],
    [
      'an empty element is opened up, the blank before its slash goes',
      '<configuration>\n    <system.webServer>\n        <rewrite>\n            <rules />\n        </rewrite>\n    </system.webServer>\n</configuration>',
      '<rules>\n                <rule name="a" />\n            </rules>',
    ],
    [
      'an empty element with attributes keeps them',
      '<configuration><system.webServer><rewrite><rules useOriginalURLEncoding="false"/></rewrite></system.webServer></configuration>',
      '<rules useOriginalURLEncoding="false">\r\n                <rule name="a" />\r\n            </rules></rewrite>',
    ],
    [
      'an element without content is opened up',
      '<configuration>\n<system.webServer></system.webServer>\n</configuration>',
      '<system.webServer>\n        <rewrite>\n            <rules>\n                <rule name="a" />\n            </rules>\n        </rewrite>\n    </system.webServer>',
    ],
    [
      'an element with nothing but a comment keeps it in front',
      '<configuration>\n    <system.webServer>\n        <rewrite>\n            <rules>\n                <!-- ours -->\n            </rules>\n        </rewrite>\n    </system.webServer>\n</configuration>',
      '<!-- ours -->\n                <rule name="a" />\n            </rules>',
    ],
    [
      'a comment behind the last element stays behind the new one',
      '<configuration>\n    <asp />\n    <!-- end -->\n</configuration>',
      '<asp />\n    <system.webServer>\n        <rewrite>\n            <rules>\n                <rule name="a" />\n            </rules>\n        </rewrite>\n    </system.webServer>\n    <!-- end -->\n</configuration>',
    ],
  ])('%s', (_, before, expected) => {
    expect(added(before)).toContain(expected);
  });

  test.each<readonly [string, string, '\n' | '\r\n']>([
    ['CRLF is kept', '<configuration>\r\n    <a />\r\n</configuration>\r\n', '\r\n'],
    ['LF is kept', '<configuration>\n    <a />\n</configuration>\n', '\n'],
    ['mixed ends: what the file uses most', '<configuration>\r\n    <a />\r\n    <b />\n</configuration>\r\n', '\r\n'],
    ['mixed ends, LF more often', '<configuration>\n    <a />\n    <b />\r\n</configuration>\n', '\n'],
    ['one line without any end: CRLF, as everything on Windows', '<configuration><a /></configuration>', '\r\n'],
  ])('%s', (_, before, eol) => {
    const after = added(before);
    const fresh = after.slice(after.indexOf('<system.webServer>'), after.indexOf('</system.webServer>'));
    expect(fresh.split(eol)).toHaveLength(7);
    expect(fresh.replaceAll(eol, '')).not.toMatch(/[\r\n]/);
  });

  test('blanks after the document element, as real files have them, stay', () => {
    const padding = ' '.repeat(4321);
    expect(added(`<configuration>\n</configuration>${padding}`)).toMatch(/<\/configuration> {4321}$/);
  });

  test('booleans are written in lower case, texts as they are', () => {
    const element = spec(
      '<rule name="True" enabled="False" stopProcessing="TRUE"><match url="True" ignoreCase="True" /><action type="Rewrite" url="FALSE" appendQueryString="False" /></rule>',
    );
    const after = added('<configuration />', {element});
    expect(after).toContain('<rule name="True" enabled="false" stopProcessing="true">');
    expect(after).toContain('<match url="True" ignoreCase="true" />');
    expect(after).toContain('<action type="Rewrite" url="FALSE" appendQueryString="false" />');
  });

  test('what XML must escape is escaped and read back as it was', () => {
    const url = `<a> & "b" 'c' \t tab`;
    const element: ElementSpec = {
      name: 'rule',
      attributes: [
        ['name', 'n'],
        ['url', url],
      ],
      children: [],
    };
    const after = added('<configuration />', {element});
    expect(after).toContain(`url="&lt;a&gt; &amp; &quot;b&quot; 'c' &#x9; tab"`);
    const found = findItem(parseXml(after), into(), {element: 'rule', keys: {name: 'n'}});
    expect(found && toSpec(found)).toEqual(element);
  });
});

describe('the place of an addition', () => {
  const groupIn = (text: string, name: string): string => {
    const holder = parseXml(text).root.children.find((child) => child.attributes.some(({value}) => value === name));
    return holder === undefined ? '' : text.slice(holder.start, holder.end);
  };

  test('the body never uses a group that stands in a location', () => {
    const before =
      '<configuration>\n  <location path="."><system.webServer><asp /></system.webServer></location>\n</configuration>';
    const after = added(before);
    expect(groupIn(after, '.')).toBe('<location path="."><system.webServer><asp /></system.webServer></location>');
    expect(parseXml(after).root.children.map(({name}) => name)).toEqual(['location', 'system.webServer']);
  });

  test('a location never uses a group of the body', () => {
    const before =
      '<configuration>\n    <system.webServer>\n        <asp />\n    </system.webServer>\n</configuration>';
    const after = added(before, {location: 'Site/owa'});
    expect(after).toBe(
      before.replace(
        '\n</configuration>',
        `
    <location path="Site/owa">
        <system.webServer>
            <rewrite>
                <rules>
                    <rule name="a" />
                </rules>
            </rewrite>
        </system.webServer>
    </location>
</configuration>`,
      ),
    );
  });

  test('an existing location is used, in whatever letter case', () => {
    const before =
      '<configuration>\n    <location path="SITE/owa">\n        <system.webServer>\n            <asp />\n        </system.webServer>\n    </location>\n</configuration>';
    const after = added(before, {location: 'Site/owa'});
    expect(parseXml(after).root.children).toHaveLength(1);
    expect(groupIn(after, 'SITE/owa')).toContain('<rule name="a" />');
  });

  test('of several locations with one path the one that has the section', () => {
    const before = `<configuration>
<location path="S"><x id="first" /></location>
<location path="S" overrideMode="Allow"><system.webServer><rewrite><rules /></rewrite></system.webServer></location>
</configuration>`;
    const {root} = parseXml(added(before, {location: 'S'}));
    expect(root.children).toHaveLength(2);
    expect(
      findItem(parseXml(added(before, {location: 'S'})), into({location: 'S'}), {element: 'rule', keys: {name: 'a'}})
        ?.start,
    ).toBeGreaterThan(root.children[1]?.start ?? 0);
  });

  test.each([
    ['inheritInChildApplications="false" would keep the rule from child applications'],
    ['overrideMode="Deny" would lock the section for everything below'],
    ['overrideMode="Allow" would unlock the section for everything below'],
    ['allowOverride="false" would lock the section for everything below'],
  ])('a location that says more than its path is left alone: %s', (fact) => {
    const attribute = fact.slice(0, fact.indexOf(' '));
    const before = `<configuration>\n    <location path="S" ${attribute}>\n        <system.webServer>\n            <asp />\n        </system.webServer>\n    </location>\n</configuration>`;
    const after = added(before, {location: 'S'});
    const {root} = parseXml(after);
    expect(root.children.map(({attributes}) => attributes.map(({name}) => name).join())).toEqual([
      `path,${attribute.split('=')[0]}`,
      'path',
    ]);
    expect(after.startsWith(before.slice(0, -'\n</configuration>'.length))).toBe(true);
  });

  test('a location that spells out the defaults is used', () => {
    const before =
      '<configuration>\n<location path="S" overrideMode="Inherit" inheritInChildApplications="true"><x /></location>\n</configuration>';
    expect(parseXml(added(before, {location: 'S'})).root.children).toHaveLength(1);
  });

  test('a group that stands twice: where the section is already, never a second section', () => {
    const before = `<configuration>
    <system.webServer><asp /></system.webServer>
    <system.webServer><rewrite><rules><rule name="x" /></rules></rewrite></system.webServer>
</configuration>`;
    const after = added(before);
    expect(after.match(/<rules>/g)).toHaveLength(1);
    expect(after).toContain('<rule name="x" />\n                <rule name="a" />');
  });

  test('a precondition goes into its own list, and both stand in one new section in the order of the command', () => {
    const after = added(
      '<configuration>\n</configuration>',
      {
        section: 'system.webServer/rewrite/outboundRules',
        collection: 'preConditions',
        element: {name: 'preCondition', attributes: [['name', 'P']], children: []},
      },
      {section: 'system.webServer/rewrite/outboundRules', element: rule('r')},
    );
    expect(after).toContain(`            <outboundRules>
                <preConditions>
                    <preCondition name="P" />
                </preConditions>
                <rule name="r" />
            </outboundRules>`);
  });

  test('a precondition joins the list that is there, the rule goes to the end', () => {
    const before = `<configuration><system.webServer><rewrite><outboundRules>
<rule name="old" />
<preConditions><preCondition name="O" /></preConditions>
</outboundRules></rewrite></system.webServer></configuration>`;
    const outbound = 'system.webServer/rewrite/outboundRules';
    const after = added(
      before,
      {
        section: outbound,
        collection: 'preConditions',
        element: {name: 'preCondition', attributes: [['name', 'P']], children: []},
      },
      {section: outbound, element: rule('r')},
    );
    const {children} = parseXml(after).root.children[0]?.children[0]?.children[0] ?? {children: []};
    expect(children.map(({name}) => name)).toEqual(['rule', 'preConditions', 'rule']);
    expect(children[1]?.children).toHaveLength(2);
  });
});

const realFile = join(import.meta.dirname, '../../../shared/real/configs/wwwroot.with-EEMS-M1.1.config');
test.skipIf(!existsSync(realFile))('M1 predicted equals, line by line, what the service wrote on a real server', () => {
  const real = readFileSync(realFile, 'utf8');
  const without = ['EEMS M1.1 PowerShell - inbound', 'RequestBlockingRule1', 'PowerShell - inbound'].reduce(
    (text, name) => {
      const element = findItem(parseXml(text), into(), {element: 'rule', keys: {name}});
      if (!element) throw new Error(`no rule ${name}`);
      return applyEdits(text, [removeElement(text, element, 'remove')]);
    },
    real,
  );
  expect(without).not.toContain('<rewrite>');
  const predicted = added(without, {element: m1}).split('\n');
  const lines = real.split('\n');
  const others = lines.findIndex((line) => line.includes('RequestBlockingRule1'));
  const end = lines.findIndex((line) => line.includes('</rules>'));
  expect(predicted).toEqual([...lines.slice(0, others), ...lines.slice(end)]);
});
