import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanMessage } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import { generateMails } from './generate.ts';
import { departments, staffOf } from './people.ts';

const end = Date.UTC(2026, 10, 22, 8);

test('the sample company is the same every time: twenty people, three departments, 2,000 messages', () => {
  const staff = staffOf('hongyan.test');
  assert.equal(staff.length, 20);
  assert.deepEqual(
    [...new Set(staff.map(person => person.department ?? ''))].sort((a, b) => (a < b ? -1 : 1)),
    departments.map(({ id }) => id).toSorted(),
  );
  const mails = generateMails(staff, end);
  const again = generateMails(staff, end);
  assert.equal(mails.length, 2_000);
  assert.equal(new Set(mails.map(mail => mail.id)).size, 2_000);
  assert.ok(mails.every((mail, i) => Buffer.compare(mail.bytes, again[i]?.bytes ?? Buffer.alloc(0)) === 0));
  assert.ok(mails.every(mail => mail.at <= end && end - mail.at < 125 * 86_400_000));
});

test('it has threads, attachments, spam, Chinese and English, and nothing is left to fill in', () => {
  const mails = generateMails(staffOf('hongyan.test'), end);
  const summaries = mails.map(mail => summarise(scanMessage(mail.bytes)));
  const count = (check: (index: number) => boolean): number => mails.filter((_, i) => check(i)).length;
  const ids = new Set(mails.map(mail => mail.id));
  assert.ok(count(i => (summaries[i]?.inReplyTo.length ?? 0) > 0) > 500);
  assert.ok(mails.every(mail => mail.answers === null || ids.has(mail.answers)));
  assert.ok(count(i => summaries[i]?.hasAttachment === true) > 200);
  assert.equal(
    count(i => mails[i]?.spam === true),
    100,
  );
  assert.ok(count(i => /\p{Script=Han}/u.test(summaries[i]?.subject ?? '')) > 1_000);
  assert.ok(count(i => /^[\x20-\x7e]+$/.test(summaries[i]?.subject ?? '')) > 100);
  assert.equal(
    count(i => /undefined|\[object|NaN|\$\{/.test(`${summaries[i]?.subject}${summaries[i]?.preview}`)),
    0,
  );
  assert.ok(
    summaries.every(summary => summary.fromAddress !== '' && summary.sentAt !== null && !summary.lineTooLong),
  );
});
