import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Envelope, envelopeOf, readEnvelope } from './envelope.ts';

const now = Date.UTC(2026, 0, 1);

function envelope(sender: Record<string, string | null>, recipient: Record<string, string | null>): Envelope {
  return readEnvelope(
    {
      mailFrom: { email: 'alice@hongyan.test', parameters: sender },
      rcptTo: [{ email: 'bob@out.example', parameters: recipient }],
    },
    now,
  );
}

test('ENVID and ORCPT come without encodings and travel as xtext (RFC 8621 §7, RFC 3461 §4)', () => {
  const { sender, rcptTo } = envelope({ ENVID: 'a b+c' }, { orcpt: 'rfc822;bob smith@out.example' });
  assert.equal(sender.envid, 'a+20b+2Bc');
  assert.equal(rcptTo[0]?.options.orcpt, 'rfc822;bob+20smith@out.example');
  const { rcptTo: foreign } = envelope({}, { ORCPT: 'UTF-8;王芳@例子.test' });
  assert.equal(foreign[0]?.options.orcpt, 'utf-8;王芳@例子.test');
});

test('what is longer on the way than every server takes is refused (RFC 3461 §5.4)', () => {
  const refused = { type: 'invalidProperties' };
  assert.equal(envelope({ ENVID: 'x'.repeat(100) }, {}).sender.envid?.length, 100);
  assert.throws(() => envelope({ ENVID: 'x'.repeat(101) }, {}), refused);
  assert.equal(envelope({ ENVID: ' '.repeat(33) }, {}).sender.envid?.length, 99);
  assert.throws(() => envelope({ ENVID: ' '.repeat(34) }, {}), refused);
  assert.ok(envelope({}, { ORCPT: `rfc822;${'x'.repeat(493)}` }));
  assert.throws(() => envelope({}, { ORCPT: `rfc822;${'x'.repeat(494)}` }), refused);
  assert.throws(() => envelope({}, { ORCPT: `rfc822;${' '.repeat(165)}` }), refused);
  assert.throws(() => envelope({}, { ORCPT: `utf-8;${'王'.repeat(165)}` }), refused);
  for (const none of ['bob@out.example', 'x400;bob', 'rfc822;', 'utf-8;a b', 'rfc822;王'])
    assert.throws(() => envelope({}, { ORCPT: none }), refused, none);
});

test('several authors without a Sender have no envelope of their own (RFC 8621 §7)', () => {
  const two = [
    { name: null, email: 'a@hongyan.test' },
    { name: null, email: 'b@hongyan.test' },
  ];
  const none = { subject: null, replyTo: null, inReplyTo: null, messageId: null };
  const email = { ...none, sender: null, from: two, to: two, cc: null, bcc: null };
  assert.throws(() => envelopeOf(email, 'a@hongyan.test'), { type: 'invalidEmail' });
  const { mailFrom, rcptTo } = envelopeOf({ ...email, from: two.slice(0, 1) }, 'A@hongyan.test');
  assert.equal(mailFrom, 'a@hongyan.test');
  assert.deepEqual(
    rcptTo.map(({ email: address }) => address),
    ['a@hongyan.test', 'b@hongyan.test'],
  );
});
