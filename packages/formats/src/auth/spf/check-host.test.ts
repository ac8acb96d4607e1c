import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerAll, type DnsQuery, type DnsReply } from '../lookup.ts';
import { parseIp, parseIpv6 } from './address.ts';
import { checkHost, type SpfResult } from './check-host.ts';
import { parseSpfRecord } from './record.ts';

type Zone = Readonly<Record<string, readonly string[] | 'temporary'>>;

/** Answers out of a table of `TYPE name`; names that are there with another type answer "no data". */
function answers(zone: Zone, asked: string[] = []): (query: DnsQuery) => DnsReply {
  return ({ type, name }) => {
    asked.push(`${type} ${name}`);
    const records = zone[`${type} ${name}`];
    if (records === 'temporary') return { kind: 'temporary' };
    if (records) return { kind: 'records', records };
    return Object.keys(zone).some(key => key.endsWith(` ${name}`))
      ? { kind: 'nodata' }
      : { kind: 'nxdomain' };
  };
}

function check(
  zone: Zone,
  more: Partial<Parameters<typeof checkHost>[0]> = {},
  asked: string[] = [],
): SpfResult {
  const question = {
    ip: '192.0.2.129',
    helo: 'mail-a.example.com',
    domain: 'example.com',
    sender: 'strong-bad@email.example.com',
    receiver: 'mx.receiver.test',
    now: 1_767_225_600,
    explain: false,
    ...more,
  };
  return answerAll(checkHost(question), answers(zone, asked));
}

/** RFC 7208 Appendix A. */
const appendix: Zone = {
  'MX example.com': ['mail-a.example.com', 'mail-b.example.com'],
  'A example.com': ['192.0.2.10', '192.0.2.11'],
  'A amy.example.com': ['192.0.2.65'],
  'A bob.example.com': ['192.0.2.66'],
  'A mail-a.example.com': ['192.0.2.129'],
  'A mail-b.example.com': ['192.0.2.130'],
  'A www.example.com': ['192.0.2.10', '192.0.2.11'],
  'MX example.org': ['mail-c.example.org'],
  'A mail-c.example.org': ['192.0.2.140'],
  'PTR 192.0.2.10': ['example.com'],
  'PTR 192.0.2.65': ['amy.example.com'],
  'PTR 192.0.2.129': ['mail-a.example.com'],
  'PTR 192.0.2.140': ['mail-c.example.org'],
  'PTR 10.0.0.4': ['bob.example.com'],
};

describe('RFC 7208 Appendix A: which clients a record lets through', () => {
  const cases: readonly (readonly [record: string, ip: string, result: string])[] = [
    ['v=spf1 +all', '192.0.2.129', 'pass'],
    ['v=spf1 a -all', '192.0.2.10', 'pass'],
    ['v=spf1 a -all', '192.0.2.129', 'fail'],
    ['v=spf1 a:example.org -all', '192.0.2.10', 'fail'],
    ['v=spf1 mx -all', '192.0.2.129', 'pass'],
    ['v=spf1 mx -all', '192.0.2.10', 'fail'],
    ['v=spf1 mx:example.org -all', '192.0.2.140', 'pass'],
    ['v=spf1 mx mx:example.org -all', '192.0.2.130', 'pass'],
    ['v=spf1 mx/30 mx:example.org/30 -all', '192.0.2.131', 'pass'],
    ['v=spf1 mx/30 mx:example.org/30 -all', '192.0.2.143', 'pass'],
    ['v=spf1 mx/30 mx:example.org/30 -all', '192.0.2.144', 'fail'],
    ['v=spf1 ptr -all', '192.0.2.65', 'pass'],
    ['v=spf1 ptr -all', '192.0.2.140', 'fail'],
    ['v=spf1 ptr -all', '10.0.0.4', 'fail'],
    ['v=spf1 ip4:192.0.2.128/28 -all', '192.0.2.129', 'pass'],
    ['v=spf1 ip4:192.0.2.128/28 -all', '192.0.2.65', 'fail'],
    ['v=spf1 ip4:192.0.2.128/28 ~all', '192.0.2.65', 'softfail'],
    ['v=spf1 ?all', '192.0.2.65', 'neutral'],
    ['v=spf1', '192.0.2.65', 'neutral'],
    ['v=spf1 ip6:2001:db8::/32 -all', '2001:db8:1::7', 'pass'],
    ['v=spf1 ip4:192.0.2.0/24 -all', '::ffff:192.0.2.7', 'pass'],
  ];
  for (const [record, ip, result] of cases) {
    it(`${record} for ${ip}: ${result}`, () => {
      assert.equal(check({ ...appendix, 'TXT example.com': [record] }, { ip }).result, result);
    });
  }
});

describe('RFC 7208 §7.4: macros', () => {
  const cases: readonly (readonly [macro: string, name: string, ip?: string])[] = [
    ['%{s}.x', 'strong-bad@email.example.com.x'],
    ['%{o}', 'email.example.com'],
    ['%{d4}', 'email.example.com'],
    ['%{d1}.x', 'com.x'],
    ['%{dr}', 'com.example.email'],
    ['%{d2r}', 'example.email'],
    ['%{l-}.x', 'strong.bad.x'],
    ['%{lr-}.x', 'bad.strong.x'],
    ['%{l1r-}.x', 'strong.x'],
    ['%{ir}.%{v}._spf.%{d2}', '3.2.0.192.in-addr._spf.example.com', '192.0.2.3'],
    ['%{lr-}.lp._spf.%{d2}', 'bad.strong.lp._spf.example.com'],
    ['%{d2}.trusted-domains.example.net', 'example.com.trusted-domains.example.net'],
    [
      '%{ir}.%{v}._spf.%{d2}',
      `1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com`,
      '2001:db8::cb01',
    ],
  ];
  for (const [macro, name, ip = '192.0.2.3'] of cases) {
    it(`${macro} becomes ${name}`, () => {
      const asked: string[] = [];
      const domain = 'email.example.com';
      check({ [`TXT ${domain}`]: [`v=spf1 exists:${macro} -all`] }, { ip, domain }, asked);
      assert.equal(asked[1], `A ${name}`);
    });
  }

  it('RFC 8616 §4: a local part beyond ASCII matches no term with %{l} or %{s}', () => {
    const asked: string[] = [];
    const zone = { 'TXT example.com': ['v=spf1 exists:%{l}.x.example.com -all'] };
    assert.equal(check(zone, { sender: '用户@example.com' }, asked).result, 'fail');
    assert.deepEqual(asked, ['TXT example.com']);
  });
});

describe('RFC 7208 §4.6.4: limits', () => {
  const loop: Zone = { 'TXT example.com': ['v=spf1 include:example.com -all'] };
  it('a record that includes itself is a permanent error after ten terms', () => {
    const asked: string[] = [];
    assert.equal(check(loop, {}, asked).result, 'permerror');
    assert.equal(asked.length, 11);
  });
  it('so is one that redirects to itself', () => {
    assert.equal(check({ 'TXT example.com': ['v=spf1 redirect=example.com'] }).result, 'permerror');
  });
  it('a tree of includes cannot ask more than ten terms either', () => {
    const asked: string[] = [];
    const twice = 'v=spf1 include:example.com include:example.com include:example.com -all';
    assert.equal(check({ 'TXT example.com': [twice] }, {}, asked).result, 'permerror');
    assert.ok(asked.length <= 11);
  });
  it('two names without addresses are allowed, a third is not', () => {
    const record = (count: number): Zone => ({
      'TXT example.com': [
        `v=spf1 ${Array.from({ length: count }, (_, at) => `a:v${at}.example.com`).join(' ')} -all`,
      ],
    });
    assert.equal(check(record(2)).result, 'fail');
    assert.equal(check(record(3)).result, 'permerror');
  });
  it('eleven mail exchangers are a permanent error', () => {
    const exchanges = Array.from({ length: 11 }, (_, at) => `m${at}.example.com`);
    const zone = { 'TXT example.com': ['v=spf1 mx -all'], 'MX example.com': exchanges };
    assert.equal(check(zone).result, 'permerror');
  });
  it('a hundred names of an address are looked up ten times', () => {
    const asked: string[] = [];
    const names = Array.from({ length: 100 }, (_, at) => `n${at}.example.com`);
    check({ 'TXT example.com': ['v=spf1 ptr -all'], 'PTR 192.0.2.129': names }, {}, asked);
    assert.equal(asked.filter(text => text.startsWith('A ')).length, 10);
  });
});

describe('RFC 7208 §2.6, §4: results', () => {
  const cases: readonly (readonly [why: string, zone: Zone, result: string])[] = [
    ['no record', { 'TXT example.com': ['google-site-verification=1'] }, 'none'],
    ['no such name', {}, 'none'],
    ['nobody can tell', { 'TXT example.com': 'temporary' }, 'temperror'],
    ['two records', { 'TXT example.com': ['v=spf1 -all', 'v=spf1 +all'] }, 'permerror'],
    ['an unknown mechanism', { 'TXT example.com': ['v=spf1 moo -all'] }, 'permerror'],
    ['an unknown modifier', { 'TXT example.com': ['v=spf1 moo=%{d} -all'] }, 'fail'],
    ['an error behind a match', { 'TXT example.com': ['v=spf1 +all ip4:1.2.3'] }, 'permerror'],
    ['include without a record', { 'TXT example.com': ['v=spf1 include:x.example.com -all'] }, 'permerror'],
    ['redirect without a record', { 'TXT example.com': ['v=spf1 redirect=x.example.com'] }, 'permerror'],
    [
      'an include that nobody can tell',
      { 'TXT example.com': ['v=spf1 include:x.example.com -all'], 'TXT x.example.com': 'temporary' },
      'temperror',
    ],
    [
      'a redirect',
      { 'TXT example.com': ['v=spf1 redirect=x.example.com'], 'TXT x.example.com': ['v=spf1 ~all'] },
      'softfail',
    ],
  ];
  for (const [why, zone, result] of cases)
    it(`${why}: ${result}`, () => assert.equal(check(zone).result, result));

  it('§6.2: the explanation is the text with its macros, unless it is not ASCII or asked for', () => {
    const zone: Zone = {
      'TXT example.com': ['v=spf1 -all exp=why.%{d}'],
      'TXT why.example.com': ['%{i} is not one of %{d}%_servers (%{c}, %{r})'],
    };
    const told = '192.0.2.129 is not one of example.com servers (192.0.2.129, mx.receiver.test)';
    assert.equal(check(zone, { explain: true }).explanation, told);
    assert.equal(check(zone).explanation, null);
    const foreign = { ...zone, 'TXT why.example.com': ['né'] };
    assert.equal(check(foreign, { explain: true }).explanation, null);
  });
});

describe('RFC 7208 §12: the grammar', () => {
  const wrong = [
    'v=spf1 a:',
    'v=spf1 a/33',
    'v=spf1 a//129',
    'v=spf1 a/01',
    'v=spf1 a:example.com:8080',
    'v=spf1 a:example',
    'v=spf1 a:example.-com',
    'v=spf1 ip4:1.2.3.4/33',
    'v=spf1 ip4:1.2.3.256',
    'v=spf1 ip6:::1::',
    'v=spf1 all:x.com',
    'v=spf1 include',
    'v=spf1 exists:%{z}.com',
    'v=spf1 exists:%{d0}.com',
    'v=spf1 exists:%{d',
    'v=spf1 exists:%x.com',
    'v=spf1 redirect=a.com redirect=b.com',
    'v=spf1 exp=a.com exp=b.com',
    'v=spf1 -',
  ];
  for (const record of wrong) it(`refuses ${record}`, () => assert.equal(parseSpfRecord(record), null));
  const right = [
    'v=spf1',
    'V=SPF1 A/24//64 MX:Example.COM//64 ~ALL',
    'v=spf1   ip6:::1/0  ',
    'v=spf1 a:museum.de. exists:%{ir}.x.%{d} exists:%%.com -all',
  ];
  for (const record of right) it(`takes ${record}`, () => assert.notEqual(parseSpfRecord(record), null));
  it('reads addresses as the network does', () => {
    assert.deepEqual(parseIp('::FFFF:192.0.2.1'), [192, 0, 2, 1]);
    assert.equal(parseIpv6('1:2:3:4:5:6:7:8')?.length, 16);
    for (const text of ['1:2:3', '::1::', '1:2:3:4:5:6:7::8:9', '12345::', '1.2.3.4.5', '01.2.3.4'])
      assert.equal(parseIp(text), null);
  });
});
