import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SmtpFixture } from '@hongyan/testkit/smtp-fixture.ts';

test('a transcript fails at the first line that is not as expected, and shows the dialogue', async () => {
  await using smtp = await SmtpFixture.start();
  const wrong: [string, RegExp][] = [
    ['S: 220 other.test ...', /line 1: expected "220 other\.test \.\.\.", got "220 mail\.test/],
    ['S: 220 ...\nC: NOOP\nS~ ^251', /line 3: [^]*C: NOOP\n {2}S: 250 2\.0\.0 Ok/],
    ['S: 220 ...\nC: QUIT\nS.', /line 3: expected the server to hang up, got "221/],
    ['S: 220 ...\nC: QUIT\nS> 250 ...', /line 3: expected "250 \.\.\.", got null/],
    ['S: 220 ${name} ...\nC: HELP ${name}\nS: 214 ${name} ...', /line 3/],
    ['S: 220 ...\n! nothing', /no hook named nothing/],
    ['S: 220 ...\nC:(other) NOOP\nS:(other) 250 ...', /line 3: [^]*S:\(other\) 220/],
  ];
  for (const [text, message] of wrong) await assert.rejects(smtp.play(text), message, text);
});

test('values are captured, known values are compared and sent', async () => {
  await using smtp = await SmtpFixture.start();
  const values = await smtp.play('S: 220 ${name} ...\nC: EHLO ${name}\nS: 250-${name}\nS> 250 ${last}', {
    values: { greeting: '你好' },
  });
  assert.deepEqual(values, { greeting: '你好', name: 'mail.test', last: 'STARTTLS' });
});
