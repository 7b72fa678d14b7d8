import {describe, expect, test} from 'vitest';
import {XmlError} from '../../src/iis/text/xml-error.ts';
import {itemLabel} from '../../src/mitigation/payload.ts';
import {readRewriteValue} from '../../src/mitigation/read-value.ts';

const action = '<action type="AbortRequest" />';
const rules = (inside: string): string => `<rewrite><rules>${inside}</rules></rewrite>`;
const rule = (inside: string, attributes = 'name="r"'): string => rules(`<rule ${attributes}>${inside}</rule>`);
const outbound = (inside: string): string => `<rewrite><outboundRules>${inside}</outboundRules></rewrite>`;

const faultOf = (text: string): string => {
  try {
    readRewriteValue(text);
  } catch (error) {
    if (error instanceof XmlError) return error.reason;
    throw error;
  }
  return 'accepted';
};

test('what others need comes first, and order inside of a collection is kept', () => {
  const items = readRewriteValue(`<rewrite>
    <outboundRules>
      <rule name="o2" preCondition="p1"><match pattern="x" /><action type="None" /></rule>
      <rule name="o1"><match pattern="x" /><action type="None" /></rule>
      <preConditions><preCondition name="P1"><add input="{A}" pattern="b" /></preCondition></preConditions>
    </outboundRules>
    <rules>
      <rule name="b"><match url="x" />${action}</rule>
      <rule name="a"><match url="x" />${action}</rule>
    </rules>
    <allowedServerVariables><add name="HTTP_X" /></allowedServerVariables>
    <rewriteMaps><rewriteMap name="m"><add key="k" value="v" /><add key="K" /></rewriteMap></rewriteMaps>
  </rewrite>`);
  expect(items.map((item) => `${item.section}/${item.collection} ${itemLabel(item)}`)).toEqual([
    'allowedServerVariables/ add "HTTP_X"',
    'rewriteMaps/ rewriteMap "m"',
    'rules/ rule "b"',
    'rules/ rule "a"',
    'outboundRules/preConditions preCondition "P1"',
    'outboundRules/ rule "o2"',
    'outboundRules/ rule "o1"',
  ]);
});

describe('accepted', () => {
  test.each([
    [
      'every part of an inbound rule',
      rule(
        `<match url="x" ignoreCase="false" negate="true" /><conditions logicalGrouping="MatchAny" trackAllCaptures="true"><add input="{URL}" matchType="IsFile" negate="true" /></conditions><serverVariables><set name="HTTP_X" value="" replace="false" /></serverVariables><action type="CustomResponse" statusCode="403" subStatusCode="12" statusReason="a" statusDescription="b" />`,
        'name="r" enabled="false" patternSyntax="Wildcard" stopProcessing="true"',
      ),
    ],
    ['an attribute of URL Rewrite 2.1', rule(`<match url="x" />${action}`, 'name="r" responseCacheDirective="Never"')],
    [
      'tags of an outbound rule',
      outbound(
        '<rule name="r"><match filterByTags="A, Form" pattern="x" occurrences="2" /><action type="Rewrite" value="y" /></rule>',
      ),
    ],
    [
      'keys of a map that differ in case',
      '<rewrite><rewriteMaps><rewriteMap name="m"><add key="a" /><add key="A" /></rewriteMap></rewriteMaps></rewrite>',
    ],
  ])('%s', (_, text) => {
    expect(faultOf(text)).toBe('accepted');
  });
});

describe('refused', () => {
  test.each([
    ['another root', '<rules />', '<rewrite> is expected here'],
    ['nothing', '<rewrite />', 'holds nothing'],
    ['a section that is not known', '<rewrite><providers /></rewrite>', '<providers> is nothing'],
    ['custom tags', outbound('<customTags />'), '<customTags> is nothing'],
    ['clear, which drops the rules of others', rules('<clear />'), '<clear> is nothing'],
    ['remove, which drops a rule of somebody', rules('<remove name="x" />'), '<remove> is nothing'],
    ['a lock', rule(`<match url="x" />${action}`, 'name="r" lockItem="true"'), '"lockItem"'],
    [
      'an attribute of the section',
      '<rewrite><rules useOriginalURLEncoding="false" /></rewrite>',
      '"useOriginalURLEncoding"',
    ],
    ['a rule without a name', rule(`<match url="x" />${action}`, ''), 'needs the attribute name'],
    [
      'a name with blanks around it',
      rule(`<match url="x" />${action}`, 'name=" r"'),
      'must not begin or end with a blank',
    ],
    ['a rule without match', rule(action), 'needs <match>'],
    ['a rule without action', rule('<match url="x" />'), 'needs <action>'],
    ['an empty pattern', rule(`<match url="" />${action}`), 'must not be empty'],
    ['a boolean in another case', rule(`<match url="x" negate="True" />${action}`), 'must be "true" or "false"'],
    [
      'a syntax that IIS does not know',
      rule(`<match url="x" />${action}`, 'name="r" patternSyntax="Regular Expressions"'),
      'must be one of "ECMAScript"',
    ],
    [
      'a status that is a redirect',
      rule('<match url="x" /><action type="CustomResponse" statusCode="302" />'),
      'from 300 to 307',
    ],
    [
      'a number that is none',
      rule('<match url="x" /><action type="CustomResponse" statusCode="4e2" />'),
      'whole number',
    ],
    ['an action twice', rule(`<match url="x" />${action}${action}`), '<action> stands twice'],
    [
      'two rules of one name',
      rules(`<rule name="r"><match url="x" />${action}</rule><rule name="R"><match url="y" />${action}</rule>`),
      'stands twice',
    ],
    [
      'a condition twice, once with the default written out',
      rule(
        `<match url="x" /><conditions><add input="{A}" pattern="b" /><add input="{A}" pattern="b" negate="false" /></conditions>${action}`,
      ),
      'stands twice',
    ],
    [
      'a condition without pattern',
      rule(`<match url="x" /><conditions><add input="{A}" /></conditions>${action}`),
      'needs the attribute pattern',
    ],
    [
      'an unknown precondition',
      outbound('<rule name="r" preCondition="p"><match pattern="x" /><action type="None" /></rule>'),
      'does not stand here',
    ],
    [
      'an inbound action in an outbound rule',
      outbound('<rule name="r"><match pattern="x" /><action type="AbortRequest" /></rule>'),
      'must be one of',
    ],
    [
      'logRewrittenUrl in a global rule',
      '<rewrite><globalRules><rule name="r"><match url="x" /><action type="None" logRewrittenUrl="true" /></rule></globalRules></rewrite>',
      '"logRewrittenUrl"',
    ],
    ['names from the prototype', rule(`<match url="x" constructor="y" />${action}`), '"constructor"'],
  ])('%s', (_, text, reason) => {
    expect(faultOf(text)).toContain(reason);
  });
});
