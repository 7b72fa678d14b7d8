import {describe, expect, test} from 'vitest';
import {blocksEverything} from '../../src/rewrite/blocks-everything.ts';
import {elements, m1, site} from './support.ts';

const verdict = (rule: string, configPath = site): ReturnType<typeof blocksEverything> => {
  const [sourced] = elements(rule, configPath);
  if (!sourced) throw new Error('no rule');
  return blocksEverything(sourced, 'rules');
};

const rule = (match: string, conditions = '', action = 'type="AbortRequest"', attributes = ''): string =>
  `<rule name="r" ${attributes}><match ${match} />${conditions}<action ${action} /></rule>`;
const condition = (input: string, pattern: string, attributes = ''): string =>
  `<conditions><add input="${input}" pattern="${pattern}" ${attributes} /></conditions>`;

describe('a rule that ends every request', () => {
  test.each([
    ['matches everything', rule('url=".*"')],
    ['matches everything by another pattern', rule('url="^(x?)"')],
    ['wildcard', rule('url="*"', '', 'type="AbortRequest"', 'patternSyntax="Wildcard"')],
    ['custom response', rule('url=".*"', '', 'type="CustomResponse" statusCode="403"')],
    ['redirect', rule('url=".*"', '', 'type="Redirect" url="/x"')],
    ['a condition that always holds', rule('url=".*"', condition('{REQUEST_URI}', '.*'))],
    ['a pattern that is not valid', rule('url="*"')],
    [
      'any of two conditions, one of which always holds',
      rule(
        'url=".*"',
        '<conditions logicalGrouping="MatchAny"><add input="{URL}" pattern="x" /><add input="{URL}" pattern="" /><add input="{URL}" pattern=".*" /></conditions>',
      ),
    ],
  ])('by structure: %s', (_, text) => {
    expect(verdict(text)).toMatchObject({blocks: true, by: 'structure'});
  });

  test.each([
    ['anything but the root', rule('url="."')],
    ['a slash somewhere in the URL', rule('url=".*"', condition('{REQUEST_URI}', '/'))],
    ['a word that is not there, negated', rule('url=".*"', condition('{QUERY_STRING}', 'secret', 'negate="true"'))],
    ['below its own level', rule('url=".*"', condition('{URL}', '^/app/'))],
  ])('by samples: %s', (_, text) => {
    expect(verdict(text, `${site}/app`)).toMatchObject({blocks: true, by: 'samples'});
  });
});

describe('a rule that does not', () => {
  test.each([
    ['M1', 'samples', rule('url=".*"', condition(m1.input, m1.pattern))],
    ['the cookie rule', 'samples', rule('url=".*"', condition('{HTTP_COOKIE}', '(.*)X-AnonResource-Backend(.*)'))],
    ['only with a cookie', 'samples', rule('url=".*"', condition('{HTTP_COOKIE}', '.'))],
    ['only POST', 'samples', rule('url=".*"', condition('{REQUEST_METHOD}', '^POST$'))],
    ['disabled', 'structure', rule('url=".*"', '', 'type="AbortRequest"', 'enabled="false"')],
    ['rewrites', 'structure', rule('url=".*"', '', 'type="Rewrite" url="/x"')],
    ['never matches', 'structure', rule('url=".*" negate="true"')],
    ['a condition that never holds', 'structure', rule('url="a"', condition('{URL}', '.*', 'negate="true"'))],
    ['half written, without a URL', 'samples', rule('')],
  ])('%s', (_, by, text) => {
    expect(verdict(text)).toMatchObject({blocks: false, by});
  });

  test('the caller may know better samples', () => {
    const [sourced] = elements(rule('url="^only/this$"'), site);
    if (!sourced) throw new Error('no rule');
    const only = [{method: 'GET', url: '/only/this', headers: {}}];
    expect(blocksEverything(sourced, 'rules').blocks).toBe(false);
    expect(blocksEverything(sourced, 'rules', only)).toEqual({
      blocks: true,
      by: 'samples',
      why: 'The rule aborts each of 1 ordinary requests.',
    });
  });
});
