import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerAll } from '../lookup.ts';
import { type DmarcQuestion, type DmarcResult, evaluateDmarc } from './evaluate.ts';
import { parseDmarcRecord } from './record.ts';

/** Texts by name; `temporary` for no answer. */
type Zone = Readonly<Record<string, string>>;

function evaluate(zone: Zone, given: Partial<DmarcQuestion> & { readonly author: string }): DmarcResult {
  const question = { spf: null, dkim: [], unsure: false, sample: 0, ...given };
  return answerAll(evaluateDmarc(question), ({ type, name }) => {
    const text = zone[name];
    if (text === 'temporary') return { kind: 'temporary' };
    if (text === undefined) return { kind: 'nxdomain' };
    return type === 'TXT' ? { kind: 'records', records: text.split('|') } : { kind: 'nodata' };
  });
}

const reject: Zone = { '_dmarc.example.com': 'v=DMARC1; p=reject' };

describe('RFC 7489 §3.1, §6.6: alignment and results', () => {
  const cases: readonly (readonly [
    why: string,
    zone: Zone,
    given: Parameters<typeof evaluate>[1],
    result: string,
  ])[] = [
    ['no record', {}, { author: 'example.com' }, 'none none'],
    ['nothing proven', reject, { author: 'example.com' }, 'fail reject'],
    ['SPF of the same domain', reject, { author: 'example.com', spf: 'example.com' }, 'pass none'],
    ['SPF of a domain below', reject, { author: 'example.com', spf: 'b.example.com' }, 'pass none'],
    ['SPF of another domain', reject, { author: 'example.com', spf: 'example.net' }, 'fail reject'],
    ['a name that only ends alike', reject, { author: 'example.com', spf: 'badexample.com' }, 'fail reject'],
    [
      'a signature of the domain above',
      reject,
      { author: 'b.example.com', dkim: ['example.com'] },
      'pass none',
    ],
    [
      'one of several signatures',
      reject,
      { author: 'example.com', dkim: ['x.test', 'example.com'] },
      'pass none',
    ],
    [
      'strict SPF',
      { '_dmarc.example.com': 'v=DMARC1; p=reject; aspf=s' },
      { author: 'example.com', spf: 'b.example.com' },
      'fail reject',
    ],
    [
      'strict DKIM',
      { '_dmarc.example.com': 'v=DMARC1; p=reject; adkim=s' },
      { author: 'example.com', dkim: ['b.example.com'] },
      'fail reject',
    ],
    ['SPF not known yet', reject, { author: 'example.com', unsure: true }, 'temperror none'],
    [
      'the record not known',
      { '_dmarc.example.com': 'temporary' },
      { author: 'example.com' },
      'temperror none',
    ],
    [
      'two records',
      { '_dmarc.example.com': 'v=DMARC1; p=reject|v=DMARC1; p=none' },
      { author: 'example.com' },
      'none none',
    ],
  ];
  for (const [why, zone, given, expected] of cases) {
    it(`${why}: ${expected}`, () => {
      const { result, policy } = evaluate(zone, given);
      assert.equal(`${result} ${policy}`, expected);
    });
  }
});

describe('RFC 7489 §6.3, RFC 9989: which policy applies', () => {
  const record = 'v=DMARC1; p=reject; sp=quarantine; np=none';
  const cases: readonly (readonly [
    why: string,
    zone: Zone,
    author: string,
    sample: number,
    policy: string,
  ])[] = [
    ['its own', { '_dmarc.a.test': record }, 'a.test', 0, 'reject'],
    ['sp of the domain above', { '_dmarc.a.test': record, 'x.a.test': '' }, 'x.a.test', 0, 'quarantine'],
    ['np for a name that is not there', { '_dmarc.a.test': record }, 'x.a.test', 0, 'none'],
    ['np falls back to sp', { '_dmarc.a.test': 'v=DMARC1; p=none; sp=reject' }, 'x.a.test', 0, 'reject'],
    ['within pct', { '_dmarc.a.test': 'v=DMARC1; p=reject; pct=50' }, 'a.test', 49, 'reject'],
    [
      'beyond pct: one step milder',
      { '_dmarc.a.test': 'v=DMARC1; p=reject; pct=50' },
      'a.test',
      50,
      'quarantine',
    ],
    ['beyond pct: none', { '_dmarc.a.test': 'v=DMARC1; p=quarantine; pct=0' }, 'a.test', 0, 'none'],
    ['t=y: one step milder', { '_dmarc.a.test': 'v=DMARC1; p=reject; t=y' }, 'a.test', 0, 'quarantine'],
    [
      'a public suffix for those below',
      { '_dmarc.test': 'v=DMARC1; p=reject; psd=y', 'a.test': '' },
      'a.test',
      0,
      'reject',
    ],
  ];
  for (const [why, zone, author, sample, policy] of cases)
    it(`${why}: ${policy}`, () => assert.equal(evaluate(zone, { author, sample }).policy, policy));

  it('companies below one public suffix are strangers', () => {
    const zone = { '_dmarc.test': 'v=DMARC1; p=reject; psd=y', 'a.test': '', 'b.test': '' };
    assert.equal(evaluate(zone, { author: 'a.test', spf: 'b.test' }).result, 'fail');
    assert.equal(evaluate(zone, { author: 'x.a.test', spf: 'y.a.test' }).result, 'pass');
  });

  it('psd=n makes a department an organisation of its own', () => {
    const zone = { '_dmarc.a.test': 'v=DMARC1; p=reject', '_dmarc.x.a.test': 'v=DMARC1; p=reject; psd=n' };
    assert.equal(evaluate(zone, { author: 'x.a.test', spf: 'a.test' }).result, 'fail');
    assert.equal(evaluate(zone, { author: 'x.a.test', spf: 'y.x.a.test' }).result, 'pass');
  });

  it('a name of a hundred labels is asked about eight times', () => {
    const asked: string[] = [];
    const author = `${'a.'.repeat(100)}test`;
    answerAll(evaluateDmarc({ author, spf: null, dkim: [], unsure: false, sample: 0 }), ({ name }) => {
      asked.push(name);
      return { kind: 'nxdomain' };
    });
    assert.equal(asked.length, 8);
  });
});

describe('RFC 7489 §6.4: the record', () => {
  const none = [
    '',
    'v=DMARC1',
    'v=DMARC2; p=none',
    'p=none; v=DMARC1',
    'v=DMARC1; p=maybe',
    'v=DMARC1; p=none; p=reject',
  ];
  for (const text of none) it(`is none: ${text}`, () => assert.equal(parseDmarcRecord(text), null));
  it('with a policy that cannot be read but somebody to report to it asks for nothing', () => {
    assert.equal(parseDmarcRecord('v=DMARC1; p=maybe; rua=mailto:a@b.test')?.policy, 'none');
  });
  it('takes white space and any case of values', () => {
    const record = parseDmarcRecord(' v = DMARC1 ; p = Reject ; pct = 20 ; adkim=S '.trim());
    assert.deepEqual([record?.policy, record?.percent, record?.strictDkim], ['reject', 20, true]);
  });
});
