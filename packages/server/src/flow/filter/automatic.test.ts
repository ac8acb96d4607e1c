import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import { isAddressedTo, unanswerable } from './automatic.ts';

function header(...lines: readonly string[]): HeaderBlock {
  return new HeaderBlock(Buffer.from(lines.map(line => `${line}\r\n`).join('')));
}

const own = ['bob@hongyan.test', 'b@hongyan.test'];

const cases: readonly (readonly [sender: string, line: string, why: string | null])[] = [
  ['ann@a.test', 'Subject: x', null],
  ['', 'Subject: x', 'null sender'],
  ['B@Hongyan.test', 'Subject: x', 'own'],
  ['owner-list@a.test', 'Subject: x', 'system sender'],
  ['list-request@a.test', 'Subject: x', 'system sender'],
  ['MAILER-DAEMON@a.test', 'Subject: x', 'system sender'],
  ['no-reply@a.test', 'Subject: x', 'system sender'],
  ['requester@a.test', 'Subject: x', null],
  ['ann@a.test', 'Auto-Submitted: auto-replied', 'automatic'],
  ['ann@a.test', 'Auto-Submitted: No', null],
  ['ann@a.test', 'Auto-Submitted: no; a=b', null],
  ['ann@a.test', 'Auto-Submitted: nothing', 'automatic'],
  ['ann@a.test', 'List-Unsubscribe: <mailto:x@a.test>', 'list'],
  ['ann@a.test', 'Precedence: Bulk', 'bulk'],
  ['ann@a.test', 'Precedence: first-class', null],
  ['ann@a.test', 'X-Auto-Response-Suppress: DR, OOF', 'suppressed'],
  ['ann@a.test', 'X-Auto-Response-Suppress: DR', null],
];

for (const [sender, line, why] of cases) {
  test(`automatic answers (RFC 3834 §2, RFC 5230 §4.6): <${sender}>, ${line}: ${why ?? 'may be answered'}`, () => {
    assert.equal(unanswerable(sender, header(line), own), why);
  });
}

test('the owner’s addresses among the recipients, in any case and form (RFC 5230 §4.5)', () => {
  assert.equal(isAddressedTo(header('To: x@a.test, "B" <BOB@hongyan.test>'), own), true);
  assert.equal(isAddressedTo(header('Resent-Cc: team: b@hongyan.test, c@a.test;'), own), true);
  assert.equal(isAddressedTo(header('To: all@hongyan.test', 'From: bob@hongyan.test'), own), false);
  assert.equal(isAddressedTo(header('Subject: bob@hongyan.test'), own), false);
});
