import {describe, expect, test} from 'vitest';
import {abortRule, elements, m1, m2, site} from '../rewrite/support.ts';
import {fieldsLine, header, logLine, onlyRule, replayRules, replayText, urlsOf} from './support.ts';

const m1Rules = replayRules(abortRule(m1.input, m1.pattern));
const attack = '/autodiscover/autodiscover.json?@evil.example/powershell';

const counts = (log: string, rules = m1Rules): readonly (number | undefined)[] => {
  const rule = onlyRule(replayText(log, rules));
  return [rule?.ordinary.count, rule?.attackLike.count, rule?.uncertain.count];
};

describe('the log as IIS writes it', () => {
  test('header lines are no requests, wherever they stand again', () => {
    const log = header + logLine('/owa/') + header + logLine(attack) + header;
    const totals = replayText(log, m1Rules);
    expect([totals.requests, totals.lookedAt, totals.unreadable]).toEqual([2, 1, 0]);
    expect(onlyRule(totals)?.attackLike.count).toBe(1);
  });

  test('fields that change in the middle are read as they are from there on', () => {
    const other = '#Fields: sc-status cs-uri-query cs-uri-stem c-ip cs-method time date\r\n';
    const log = `${header}${logLine(attack)}${other}404 @b/powershell /autodiscover/autodiscover.json 10.9.9.9 POST 09:00:00 2022-10-02\r\n`;
    const rule = onlyRule(replayText(log, m1Rules));
    expect(rule?.attackLike.last).toMatchObject({
      time: '2022-10-02T09:00:00Z',
      client: '10.9.9.9',
      method: 'POST',
      status: '404',
    });
    expect([...(rule?.attackLike.by.day.keys ?? [])]).toEqual([
      ['2022-10-01', 1],
      ['2022-10-02', 1],
    ]);
  });

  test('- is nothing, not a dash', () => {
    const rules = replayRules(abortRule('{QUERY_STRING}', '^-$'));
    expect(onlyRule(replayText(header + logLine('/owa/'), rules))).toBeUndefined();
  });

  test('+ may have been a blank: where that matters, nothing is certain', () => {
    const rules = replayRules(abortRule('{HTTP_USER_AGENT}', 'evil bot'));
    const rule = onlyRule(replayText(header + logLine('/owa/', {agent: 'evil+bot'}), rules));
    expect(rule?.uncertain.count).toBe(1);
    expect([...(rule?.doubts.keys ?? [])].join()).toContain('"+" for a blank');
    expect(counts(header + logLine('/owa/?a+b'))).toEqual([undefined, undefined, undefined]);
  });

  test('a percent sign in the path may be what is left of decoding', () => {
    const rule = onlyRule(replayText(header + logLine('/autodiscover/%70owershell'), m1Rules));
    expect(rule?.uncertain.count).toBe(1);
    expect([...(rule?.doubts.keys ?? [])].join()).toContain('holds the path decoded');
  });

  test('a status has its substatus behind it, where it is not 0', () => {
    const line = logLine(attack).replace(' 200 0 0 ', ' 500 19 0 ');
    expect([...(onlyRule(replayText(header + line, m1Rules))?.attackLike.by.status.keys.keys() ?? [])]).toEqual([
      '500.19',
    ]);
  });

  test('a byte order mark, LF alone, and a last line without its end are read', () => {
    const log = `\uFEFF${header}${logLine('/owa/')}${logLine(attack)}`.replaceAll('\r\n', '\n').trimEnd();
    const totals = replayText(log, m1Rules);
    expect([totals.requests, onlyRule(totals)?.attackLike.count]).toEqual([2, 1]);
  });

  test('lines in front of any list of fields are counted as such', () => {
    expect(replayText(logLine(attack) + logLine('/'), m1Rules)).toMatchObject({
      requests: 0,
      withoutFields: 2,
      lookedAt: 0,
    });
  });

  test('a line that is none of these fields is unreadable, and a line without end does not fill the memory', () => {
    const long = `autodiscover powershell ${'x'.repeat(3_000_000)}`;
    const totals = replayText(`${header}powershell autodiscover\r\n${long}\r\n${logLine(attack)}`, m1Rules);
    expect([totals.requests, totals.unreadable, onlyRule(totals)?.attackLike.count]).toEqual([3, 2, 1]);
  });

  test('letters beyond ASCII are shown as they were', () => {
    expect(urlsOf(onlyRule(replayText(header + logLine('/autodiscover/powershell?x=é'), m1Rules))?.attackLike)).toEqual(
      ['/autodiscover/powershell?x=é'],
    );
  });
});

describe('what Exchange appends to the query', () => {
  const appended = '&CorrelationID=<empty>;&ClientId=ABCDEFGH&cafeReqId=fffa581c-1111-4222-8333-000000000001;';
  const exact = replayRules(abortRule('{QUERY_STRING}', '^a=1$'));

  test('is taken off before the rules see it', () => {
    expect(counts(header + logLine(`/owa/?a=1${appended}`), exact)).toEqual([0, 0, 1]);
    expect(urlsOf(onlyRule(replayText(header + logLine(`/owa/?a=1${appended}`), exact))?.uncertain)).toEqual([
      '/owa/?a=1',
    ]);
  });

  test('makes no difference to a rule that does not read so far', () => {
    expect(counts(header + logLine(`${attack}${appended}`))).toEqual([0, 1, 0]);
    expect(counts(header + logLine(`/owa/?${appended}`))).toEqual([undefined, undefined, undefined]);
  });

  test('hides nothing: what an attacker writes in the same form is at least not certain', () => {
    const hidden = '/autodiscover/a?x&CorrelationID=<empty>;&ClientId=POWERSHELL&cafeReqId=1;';
    expect(counts(header + logLine(hidden))).toEqual([0, 0, 1]);
    expect(counts(header + logLine('/autodiscover/a?x&CorrelationID=powershell;'))).toEqual([0, 1, 0]);
  });
});

describe('what the log cannot tell', () => {
  const cookie = abortRule('{HTTP_COOKIE}', 'X-BEResource=(.+)/(.+)~(.+)');

  test('a rule about cookies, in a log without them: the requests are counted and named', () => {
    const totals = replayText(header + logLine('/owa/') + logLine('/ecp/'), replayRules(cookie));
    expect(totals.rules.size).toBe(0);
    expect([...totals.untold.values()].map(({keys}) => [...keys])).toEqual([[['HTTP_COOKIE', 2]]]);
  });

  test('the same rule in a log that has them', () => {
    const log = `${fieldsLine} cs(Cookie)\r\n${logLine('/owa/').trimEnd()} X-BEResource=a/b~1\r\n${logLine('/owa/').trimEnd()} -\r\n`;
    const totals = replayText(log, replayRules(cookie));
    expect(totals.untold.size).toBe(0);
    expect([onlyRule(totals)?.attackLike.count, totals.lookedAt]).toEqual([1, 1]);
  });

  test('a rule that needs a word of the URL too: only requests with that word are uncertain', () => {
    const both = `<rule name="both"><match url="service\\.svc" /><conditions><add input="{HTTP_COOKIE}" pattern="x" /></conditions><action type="AbortRequest" /></rule>`;
    const totals = replayText(header + logLine('/owa/') + logLine('/owa/service.svc'), replayRules(both));
    expect([onlyRule(totals)?.uncertain.count, totals.lookedAt, totals.untold.size]).toEqual([1, 1, 0]);
    expect([...(onlyRule(totals)?.doubts.keys.keys() ?? [])]).toEqual(['the value of {HTTP_COOKIE} is not known']);
  });

  test('a file test cannot be made on a log', () => {
    const file =
      '<rule name="f"><match url=".*" /><conditions><add input="{REQUEST_FILENAME}" matchType="IsFile" /></conditions><action type="AbortRequest" /></rule>';
    expect(replayText(header + logLine('/owa/'), replayRules(file)).untold.size).toBe(1);
  });

  test('encryption is known from the port', () => {
    const plain = replayRules(
      '<rule name="r"><match url=".*" /><conditions><add input="{HTTPS}" pattern="^off$" /></conditions><action type="Redirect" url="https://x/" /></rule>',
    );
    const known = {
      ...plain,
      site: {
        ...plain.site,
        encrypted: new Map([
          [443, true],
          [80, false],
        ]),
      },
    };
    const log = header + logLine('/owa/') + logLine('/owa/').replace(' 443 ', ' 80 ');
    expect(onlyRule(replayText(log, known))?.ordinary.count).toBe(1);
  });
});

describe('what is counted', () => {
  test('attack-like requests apart from ordinary ones', () => {
    const log = [
      attack,
      '/owa/?q=autodiscover+powershell',
      '/autodiscover/x?%70owershell',
      '/search?q=powershell&in=autodiscover',
    ].map((url) => logLine(url));
    expect(counts(header + log.join(''))).toEqual([2, 2, 0]);
  });

  test('by application, day, client, user agent and status; first and last by time, not by place', () => {
    const log =
      logLine(attack, {time: '10:00:00', client: '1.1.1.1'}) +
      logLine(attack, {time: '09:00:00', date: '2022-09-30', client: '2.2.2.2', agent: 'curl', status: '302'}) +
      logLine('/owa/autodiscover?powershell&X-Rps-CAT=a', {time: '09:30:00', client: '1.1.1.1', status: '302'});
    const tally = onlyRule(replayText(header + log, m1Rules))?.attackLike;
    const by = Object.fromEntries(
      Object.entries(tally?.by ?? {}).map(([name, {keys}]) => [name, Object.fromEntries(keys)]),
    );
    expect(by).toEqual({
      application: {[`${site}/autodiscover`]: 2, [`${site}/owa`]: 1},
      day: {'2022-10-01': 2, '2022-09-30': 1},
      client: {'1.1.1.1': 2, '2.2.2.2': 1},
      userAgent: {'Outlook/16.0': 2, curl: 1},
      status: {'200': 1, '302': 2},
    });
    expect([tally?.first?.time, tally?.last?.time]).toEqual(['2022-09-30T09:00:00Z', '2022-10-01T10:00:00Z']);
  });

  test('keys without number do not fill the memory, and the sum stays exact', () => {
    const lines = Array.from({length: 12_000}, (_, index) =>
      logLine(attack, {client: `10.${index >> 8}.${index & 255}.1`}),
    );
    const tally = onlyRule(replayText(header + lines.join(''), m1Rules))?.attackLike;
    expect([tally?.count, tally?.by.client.keys.size, tally?.by.client.others]).toEqual([12_000, 10_000, 2_000]);
  });

  test('an outbound rule counts the pages that it would change', () => {
    const others = {preConditions: elements(m2.preCondition, site), outboundRules: elements(m2.rule, site)};
    const log =
      header + ['/owa/', '/owa/default.aspx', '/owa/service.svc', '/ecp/'].map((url) => logLine(url)).join('');
    expect(onlyRule(replayText(log, replayRules('', {others})))?.ordinary.count).toBe(2);
  });

  test('requests to applications that are stopped', () => {
    const stopped = replayRules('', {applications: ['/', '/ecp']});
    const rules = {
      ...stopped,
      applications: stopped.applications.map((one) => ({...one, stopped: one.path === '/ecp'})),
    };
    const totals = replayText(header + logLine('/ECP/x') + logLine('/ecpx'), rules);
    expect([...totals.stopped].map(([application, {count}]) => [application, count])).toEqual([[`${site}/ecp`, 1]]);
  });

  test('a pattern that explodes is not run without end', () => {
    const evil = replayRules(abortRule('{QUERY_STRING}', '^(a+)+$'));
    const rule = onlyRule(replayText(header + logLine(`/owa/?${'a'.repeat(60)}b`), evil));
    expect(rule?.uncertain.count).toBe(1);
    expect([...(rule?.doubts.keys.keys() ?? [])].join()).toMatch(/exponential growth took more than \d+ steps/);
  });

  test('only what may matter is looked at', () => {
    const log = header + logLine('/powershell').repeat(1000) + logLine('/autodiscover').repeat(1000) + logLine(attack);
    expect(replayText(log, m1Rules)).toMatchObject({requests: 2001, lookedAt: 1});
  });
});
