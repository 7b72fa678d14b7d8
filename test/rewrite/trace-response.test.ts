import {describe, expect, test} from 'vitest';
import {readLevel} from '../../src/rewrite/level.ts';
import {emptyLevel, type RewriteLevel} from '../../src/rewrite/model.ts';
import type {ResponseTrace} from '../../src/rewrite/trace.ts';
import {traceResponse} from '../../src/rewrite/trace-response.ts';
import {elements, site} from './support.ts';

const trace = (rules: string, others: Partial<RewriteLevel> = {}): ResponseTrace =>
  traceResponse(readLevel({...emptyLevel(site), outboundRules: elements(rules, site), ...others}), {
    request: {method: 'GET', url: '/a?x=1', headers: {host: 'mail.example'}},
    response: {status: 200, headers: {'Content-Type': 'text/html', 'X-Powered-By': 'ASP.NET'}},
  });

const rule = (match: string, action: string, attributes = 'name="r"', conditions = ''): string =>
  `<rule ${attributes}><match serverVariable="RESPONSE_X_Powered_By" ${match} />${conditions}<action ${action} /></rule>`;

const powered = (traced: ResponseTrace): string | undefined => traced.headers['X-Powered-By'];

describe('outbound rules on headers', () => {
  test.each([
    ['replace the value', rule('pattern=".+"', 'type="Rewrite" value="none"'), 'none'],
    [
      'use captures',
      rule('pattern="^(.*)\\.(.*)$"', 'type="Rewrite" value="{R:2}/{R:1}/{HTTP_HOST}"'),
      'NET/ASP/mail.example',
    ],
    ['do nothing without an action', rule('pattern=".+"', 'type="None"'), 'ASP.NET'],
    ['do nothing where the pattern fails', rule('pattern="PHP"', 'type="Rewrite" value="none"'), 'ASP.NET'],
    [
      'fire on a negated pattern that fails',
      rule('pattern="PHP" negate="true"', 'type="Rewrite" value="none"'),
      'none',
    ],
    [
      'do nothing when disabled',
      rule('pattern=".+"', 'type="Rewrite" value="none"', 'name="r" enabled="false"'),
      'ASP.NET',
    ],
    [
      'keep what is there with replace="false"',
      rule('pattern=".+"', 'type="Rewrite" value="none" replace="false"'),
      'ASP.NET',
    ],
    [
      'need their conditions',
      rule(
        'pattern=".+"',
        'type="Rewrite" value="none"',
        'name="r"',
        '<conditions><add input="{RESPONSE_STATUS}" pattern="404" /></conditions>',
      ),
      'ASP.NET',
    ],
    [
      'see what the rule before has written',
      rule('pattern=".+"', 'type="Rewrite" value="one"', 'name="a"') +
        rule('pattern="^one$"', 'type="Rewrite" value="two"', 'name="b"'),
      'two',
    ],
    [
      'stop where a rule that fired says so',
      rule('pattern=".+"', 'type="Rewrite" value="one"', 'name="a" stopProcessing="true"') +
        rule('pattern="^one$"', 'type="Rewrite" value="two"', 'name="b"'),
      'one',
    ],
  ])('%s', (_, rules, value) => {
    const traced = trace(rules);
    expect(powered(traced)).toBe(value);
    expect(traced.certain).toBe(true);
  });

  test('a pattern that covers only a part of the value leaves the rest uncertain', () => {
    const traced = trace(rule('pattern="ASP"', 'type="Rewrite" value="none"'));
    expect(traced.certain).toBe(false);
    expect(traced.doubts[0]).toContain('covers only a part');
  });

  test('rules about the body are named and not followed', () => {
    const traced = trace(
      '<rule name="links"><match filterByTags="A, Img" pattern="^http:(.*)" /><action type="Rewrite" value="https:{R:1}" /></rule>',
    );
    expect(traced.notSimulated).toEqual(['rule "links" is about the body of the response, which is not simulated']);
    expect(traced.headers).toEqual({'Content-Type': 'text/html', 'X-Powered-By': 'ASP.NET'});
  });

  test('a precondition of any spelling of its name is found, and one that is missing makes the answer uncertain', () => {
    const named = rule('pattern=".+"', 'type="Rewrite" value="none"', 'name="r" preCondition="IsHtml"');
    const preConditions = elements(
      '<preCondition name="ishtml"><add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html" /></preCondition>',
      site,
    );
    expect(powered(trace(named, {preConditions}))).toBe('none');
    const missing = trace(named);
    expect(powered(missing)).toBe('ASP.NET');
    expect(missing.doubts[0]).toContain('"IsHtml" does not exist');
  });

  test('a precondition asks for any of its conditions when it says so', () => {
    const named = rule('pattern=".+"', 'type="Rewrite" value="none"', 'name="r" preCondition="p"');
    const conditions =
      '<add input="{RESPONSE_CONTENT_TYPE}" pattern="xml" /><add input="{RESPONSE_STATUS}" pattern="200" />';
    const any = elements(`<preCondition name="p" logicalGrouping="MatchAny">${conditions}</preCondition>`, site);
    const all = elements(`<preCondition name="p">${conditions}</preCondition>`, site);
    expect([powered(trace(named, {preConditions: any})), powered(trace(named, {preConditions: all}))]).toEqual([
      'none',
      'ASP.NET',
    ]);
  });

  test('a pattern that is not valid is a 500 and changes nothing', () => {
    const traced = trace(rule('pattern="*"', 'type="Rewrite" value="none"'));
    expect(traced.fault).toMatchObject({name: 'r', stage: 'outboundRules'});
    expect(powered(traced)).toBe('ASP.NET');
  });
});
