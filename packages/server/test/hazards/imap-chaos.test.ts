import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanMessage } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import { type ImapFixture, startImapFixture } from '@hongyan/testkit/imap-fixture.ts';
import { systemScope } from '../../src/access/scope.ts';
import { appendDelivery } from '../../src/mailbox/append.ts';
import { assertAccountClean } from '../../src/store/checker/check-account.ts';
import { Cache, random, sorted, step, truth } from '../imap-fixture/caching-client.ts';

/** How long it goes on, seconds; a longer run is asked for with HONGYAN_CHAOS_SECONDS. */
const seconds = Number(process.env['HONGYAN_CHAOS_SECONDS'] ?? 5);
const seed = Number(process.env['HONGYAN_CHAOS_SEED'] ?? 1);
const clients = 20;
const sharedInbox = '"Other Users/alice@example.test/INBOX"';

/** Mail arrives as the flow brings it, some of it twice. */
async function deliver(imap: ImapFixture, until: () => boolean): Promise<number> {
  const scope = systemScope(imap.scope.tenantId, imap.scope.accountId, 'delivery');
  let count = 0;
  for (; !until(); count++) {
    const bytes = Buffer.from(`Subject: delivery ${count}\r\n\r\n${count}\r\n`);
    await using writer = imap.mail.blobs.create(scope.tenantId, bytes.length);
    await writer.write(bytes);
    const blob = await writer.seal();
    await imap.mail.blobs.link(scope.tenantId, scope.accountId, [blob]);
    const message = {
      blob,
      summary: summarise(scanMessage(bytes)),
      prefix: new Uint8Array(0),
      flags: { bits: 0, keywords: [] },
      receivedAt: count,
    };
    for (let again = 0; again < 1 + (count % 2); again++) {
      await appendDelivery(imap.mail, scope, `delivery-${count}`, { role: 'inbox' }, message);
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return count;
}

async function connect(imap: ImapFixture, index: number): Promise<Cache> {
  // Every fifth is a colleague who works in the shared folder.
  return index % 5 === 4
    ? new Cache(await imap.client('bob@example.test'), sharedInbox)
    : new Cache(await imap.client());
}

/** Works at random until time is up, now and then as a new connection with its old cache. */
async function work(imap: ImapFixture, index: number, until: () => boolean): Promise<Cache> {
  const next = random(seed * 1_000 + index);
  let cache = await connect(imap, index);
  await cache.select();
  while (!until()) {
    for (let at = 5 + next(30); at > 0 && !until(); at--) await step(cache, next);
    if (next(3) > 0) continue;
    const { validity, noted, flags } = cache;
    await cache.client[Symbol.asyncDispose]();
    cache = await connect(imap, index);
    Object.assign(cache, { validity, noted });
    for (const [uid, known] of flags) cache.flags.set(uid, known);
    await cache.select();
  }
  await cache.client[Symbol.asyncDispose]();
  return cache;
}

test(`${clients} clients do random things while mail arrives: the checker is clean and every cache comes to a fresh SELECT (RFC 7162 §3.2)`, async () => {
  await using imap = await startImapFixture({ company: true });
  await imap.deliver(Array.from({ length: 60 }, (_, index) => `Subject: ${index}\r\n\r\n${index}\r\n`));
  await using owner = await imap.client();
  await owner.ok('SETACL INBOX bob@example.test lrswite');
  const end = Date.now() + seconds * 1_000;
  const until = (): boolean => Date.now() >= end;
  const delivered = deliver(imap, until);
  const caches = await Promise.all(Array.from({ length: clients }, (_, index) => work(imap, index, until)));
  assert.ok((await delivered) > 0);
  const expected = sorted(await truth(owner));
  for (const [index, away] of caches.entries()) {
    const back = await connect(imap, index);
    Object.assign(back, { validity: away.validity, noted: away.noted });
    for (const [uid, known] of away.flags) back.flags.set(uid, known);
    await back.select();
    assert.deepEqual(sorted(back.flags), expected, `client ${index}`);
    await back.client[Symbol.asyncDispose]();
  }
  for (const accountId of [1, 2]) {
    await assertAccountClean(imap.mail.accounts, { tenantId: 1, accountId });
  }
});
