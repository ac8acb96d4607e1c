import assert from 'node:assert/strict';
import type { FuzzTarget } from '../../fuzz.ts';
import { answerAll } from '../lookup.ts';
import { checkHost } from './check-host.ts';
import { parseSpfRecord } from './record.ts';

/** The questions that the limits of RFC 7208 §4.6.4 allow at the very most. */
const mostQuestions = 150;

export const target: FuzzTarget = {
  name: 'spf',
  seeds: () => [
    Buffer.from(
      'v=spf1 a mx/24//64 ip4:192.0.2.0/24 ip6:2001:db8::/32 include:%{d} exists:%{ir}.%{v}.%{d2r} ~all',
    ),
    Buffer.from('v=spf1 ptr:%{p} redirect=%{l-}._spf.%{o} exp=why.%{h}'),
  ],
  dictionary: [
    'v=spf1 ',
    'include:',
    'a:',
    'mx',
    'ptr',
    'exists:',
    'redirect=',
    'exp=',
    '%{',
    '}',
    '/',
    '//',
    'all',
    '-',
  ],
  run(input) {
    const text = Buffer.from(input).toString('latin1');
    parseSpfRecord(text);
    let questions = 0;
    const question = {
      ip: '192.0.2.1',
      helo: text.slice(0, 50),
      domain: 'example.com',
      sender: 'a-b@example.com',
      receiver: 'mx.test',
      now: 1,
      explain: true,
    };
    const { explanation } = answerAll(checkHost(question), ({ type }) => {
      questions += 1;
      if (type === 'TXT') return { kind: 'records', records: [text] };
      if (type === 'A') return { kind: 'records', records: ['192.0.2.9', text] };
      return { kind: 'records', records: Array.from({ length: 10 }, (_, at) => `n${at}.example.com`) };
    });
    assert.ok(questions <= mostQuestions, `${questions} questions`);
    assert.ok(explanation === null || !/[^\x20-\x7e]/.test(explanation));
  },
};
