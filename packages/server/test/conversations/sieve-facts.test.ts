import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemScope } from '../../src/access/scope.ts';
import type { ScreenCheck } from '../../src/flow/screen.ts';
import { getMailbox } from '../../src/mailbox/list.ts';
import { setAnnotations } from '../../src/mailbox/sharing/annotations.ts';
import { openHouse } from '../flow-fixture/house.ts';

const bob = 'bob@hongyan.test';

function mail(subject: string): string {
  return `From: Ann <ann@outside.test>\r\nTo: ${bob}\r\nSubject: ${subject}\r\n\r\nHello.\r\n`;
}

test('scripts see what scanners found about the delivery (RFC 5235)', async () => {
  const checks: ScreenCheck[] = [
    async () => ({ kind: 'pass', scores: { spam: 10, virus: 1 } }),
    async () => ({ kind: 'pass', scores: { spam: 80 } }),
  ];
  await using house = await openHouse();
  Object.assign(house.context, { screenChecks: checks });
  await house.addUser(bob);
  await house.script(
    bob,
    `require ["spamtestplus","virustest","relational","comparator-i;ascii-numeric","fileinto","mailbox"];
     if allof (spamtest :percent :value "eq" :comparator "i;ascii-numeric" "80",
       virustest :value "eq" :comparator "i;ascii-numeric" "1") { fileinto :create "Suspicious"; }`,
  );
  house.start();
  await house.receive('ann@outside.test', [bob], mail('one'));
  await house.dispatcher?.settled();
  assert.deepEqual(await house.folders(bob), { Suspicious: ['0'] });
});

test('scripts see annotations of folders, as IMAP clients set them (RFC 5490 §3.3, RFC 5464)', async () => {
  await using house = await openHouse();
  const { tenantId, accountId } = await house.addUser(bob);
  await house.script(
    bob,
    `require ["mboxmetadata","fileinto","mailbox"];
     if metadata "INBOX" "/private/vendor/test/away" "yes" { fileinto :create "Away"; }`,
  );
  house.start();
  await house.receive('ann@outside.test', [bob], mail('one'));
  await house.dispatcher?.settled();
  const scope = systemScope(tenantId, accountId, 'test');
  const inbox = await getMailbox(house.mailbox, scope, ['INBOX']);
  const away = { space: 'private', path: '/vendor/test/away', value: Buffer.from('yes') } as const;
  await setAnnotations(house.mailbox, scope, inbox?.id ?? 0, [away]);
  await house.receive('ann@outside.test', [bob], mail('two'));
  await house.dispatcher?.settled();
  assert.deepEqual(await house.folders(bob), { INBOX: ['0'], Away: ['0'] });
});
