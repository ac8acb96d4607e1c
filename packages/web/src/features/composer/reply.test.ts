import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EmailFull } from '../../jmap/types.ts';
import { answerRecipients, answerSubject } from './reply.ts';

const me = new Set(['me@a.cn']);
const person = (email: string): { name: null; email: string } => ({ name: null, email });

function mail(part: Partial<EmailFull>): EmailFull {
  return { from: null, to: null, cc: null, bcc: null, replyTo: null, ...part } as EmailFull;
}

test('SET-02: prefixes are not piled up, in any of their spellings', () => {
  assert.equal(answerSubject('Re: 回复：答复: AW: 报价单', 'reply'), 'Re: 报价单');
  assert.equal(answerSubject('Re[3]: x', 'forward'), 'Fwd: x');
  assert.equal(answerSubject('Report: x', 'reply'), 'Re: Report: x');
});

test('CMP-01: an answer to all goes to everybody once and not to oneself', () => {
  const { to, cc } = answerRecipients(
    mail({
      from: [person('a@x.y')],
      to: [person('ME@a.cn'), person('b@x.y'), person('A@x.y')],
      cc: [person('c@x.y'), person('b@x.y')],
    }),
    'replyAll',
    me,
  );
  assert.deepEqual([to, cc], [[person('a@x.y')], [person('b@x.y'), person('c@x.y')]]);
});

test('Reply-To wins (RFC 5322 §3.6.2), and answering one’s own mail goes to its recipients', () => {
  assert.deepEqual(
    answerRecipients(mail({ from: [person('a@x.y')], replyTo: [person('list@x.y')] }), 'reply', me).to,
    [person('list@x.y')],
  );
  assert.deepEqual(
    answerRecipients(mail({ from: [person('me@a.cn')], to: [person('b@x.y')] }), 'reply', me).to,
    [person('b@x.y')],
  );
});
