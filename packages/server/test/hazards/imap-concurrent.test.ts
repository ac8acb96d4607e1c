import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImapResponse, ResponseValue } from '@hongyan/formats/imap/output/response.ts';
import { scanMessage } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import type { ImapClient, ImapReply } from '@hongyan/testkit/imap-client.ts';
import { type ImapFixture, startImapFixture } from '@hongyan/testkit/imap-fixture.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import { getMailbox } from '../../src/mailbox/list.ts';

/** A random sequence that is the same each time. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function atoms(value: ResponseValue | undefined): readonly string[] {
  if (value?.type !== 'list') return [];
  return value.items.map(item => (item.type === 'atom' ? item.text : ''));
}

/**
 * A client that believes the server: it keeps UIDs by sequence number as EXISTS, EXPUNGE and FETCH tell them, and fails
 * when a FETCH names a UID that contradicts what it knows.
 */
class Believer {
  readonly client: ImapClient;
  /** UID by sequence number - 1; null where it is not known yet. */
  readonly known: (number | null)[] = [];

  constructor(client: ImapClient) {
    this.client = client;
    client.onUntagged = response => this.#hear(response);
  }

  #hear(response: ImapResponse): void {
    if (response.kind !== 'data' || response.number === null) return;
    const { name, number } = response;
    if (name === 'EXISTS') {
      assert.ok(number >= this.known.length, 'EXISTS never shrinks a mailbox');
      while (this.known.length < number) this.known.push(null);
    } else if (name === 'EXPUNGE') {
      assert.ok(number <= this.known.length, 'EXPUNGE names a message that is there');
      this.known.splice(number - 1, 1);
    } else if (name === 'FETCH') {
      const items = atoms(response.values[0]);
      const at = items.indexOf('UID');
      if (at < 0) return;
      assert.ok(number <= this.known.length, 'FETCH names a message that is there');
      const uid = Number(items[at + 1]);
      const before = this.known[number - 1] ?? null;
      assert.ok(before === null || before === uid, `message ${number} was ${before} and is ${uid}`);
      this.known[number - 1] = uid;
    }
  }

  /** One random command. */
  async act(pick: (below: number) => number): Promise<ImapReply> {
    const count = this.known.length;
    const one = (): number => 1 + pick(Math.max(count, 1));
    switch (pick(8)) {
      case 0:
        return this.client.ok('APPEND INBOX ', Buffer.from(`Subject: ${pick(1000)}\r\n\r\nx\r\n`));
      case 1:
        return count === 0 ? this.client.ok('NOOP') : this.client.ok(`STORE ${one()} +FLAGS (\\Deleted)`);
      case 2:
        return this.client.ok('EXPUNGE');
      case 3:
        return count === 0 ? this.client.ok('NOOP') : this.client.ok(`FETCH ${one()}:${one()} (UID FLAGS)`);
      case 4:
        return this.client.ok('UID FETCH 1:* FLAGS');
      case 5:
        return this.client.ok('SEARCH DELETED');
      case 6:
        return count === 0 ? this.client.ok('NOOP') : this.client.ok(`MOVE ${one()} Trash`);
      default:
        return this.client.ok('NOOP');
    }
  }
}

test('sessions that change one mailbox at random never see a wrong sequence number and end with the same view (RFC 9051 §7.5.1)', async () => {
  await using imap = await startImapFixture();
  await imap.deliver(Array.from({ length: 30 }, (_, index) => `Subject: ${index}\r\n\r\n`));
  const believers = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const believer = new Believer(await imap.client());
      await believer.client.ok('SELECT INBOX');
      return believer;
    }),
  );
  await Promise.all(
    believers.map(async (believer, index) => {
      const pick = random(index + 1);
      for (let step = 0; step < 60; step++) await believer.act(pick);
    }),
  );
  const views: (readonly (number | null)[])[] = [];
  for (const believer of believers) {
    await believer.client.ok('NOOP');
    await believer.client.ok('UID FETCH 1:* FLAGS');
    views.push([...believer.known]);
  }
  const fresh = new Believer(await imap.client());
  await fresh.client.ok('SELECT INBOX');
  await fresh.client.ok('UID FETCH 1:* FLAGS');
  for (const view of views) assert.deepEqual(view, fresh.known);
  for (const { client } of [...believers, fresh]) await client[Symbol.asyncDispose]();
});

test('new mail reaches twenty idle clients by itself (RFC 2177)', async () => {
  await using imap = await startImapFixture();
  const clients = await Promise.all(Array.from({ length: 20 }, () => imap.client()));
  const heard = clients.map(client => {
    const { promise, resolve } = Promise.withResolvers<void>();
    client.onUntagged = response => {
      if (response.kind === 'data' && response.name === 'EXISTS' && response.number === 1) resolve();
    };
    return promise;
  });
  const idling = await Promise.all(
    clients.map(async client => {
      await client.ok('SELECT INBOX');
      return client.idle();
    }),
  );
  await imap.deliver(['Subject: news\r\n\r\n']);
  await Promise.all(heard);
  await Promise.all(idling.map(idle => idle.stop()));
  for (const client of clients) await client[Symbol.asyncDispose]();
});

/** Files `count` messages on one body, quickly. */
async function fill(imap: ImapFixture, count: number): Promise<void> {
  const bytes = Buffer.from('From: bob@example.test\r\nSubject: one of many\r\n\r\ntext\r\n');
  const { mail, scope } = imap;
  await using writer = mail.blobs.create(scope.tenantId, bytes.length);
  await writer.write(bytes);
  const message = {
    blob: await writer.seal(),
    summary: summarise(scanMessage(bytes)),
    prefix: new Uint8Array(0),
    flags: { bits: 0, keywords: [] },
    receivedAt: 0,
  };
  const inbox = await getMailbox(mail, scope, ['INBOX']);
  assert.ok(inbox);
  await appendMessages(
    mail,
    scope,
    inbox.id,
    Array.from({ length: count }, () => message),
  );
}

test('long FETCH, STORE and SEARCH of one session, and thousands of pipelined commands, leave others their turn', async () => {
  await using imap = await startImapFixture();
  await fill(imap, 4_000);
  await using busy = await imap.client();
  await using quick = await imap.client();
  await busy.ok('SELECT INBOX');
  for (const command of [
    'FETCH 1:* (UID FLAGS ENVELOPE BODYSTRUCTURE)',
    'FETCH 1:* BODY.PEEK[]',
    'STORE 1:* +FLAGS (\\Flagged)',
    'SEARCH TEXT nothing',
  ]) {
    const state = { done: false };
    // Also when it fails: nobody would end the other session's turns.
    const long = busy.ok(command).finally(() => {
      state.done = true;
    });
    let turns = 0;
    for (; !state.done; turns++) await quick.ok('NOOP');
    await long;
    assert.ok(turns > 2, `${command}: ${turns} turns`);
  }
  let left = 3_000;
  const many = Array.from({ length: left }, async () => {
    await busy.ok('CAPABILITY');
    left--;
  });
  await quick.ok('NOOP');
  assert.ok(left > 0, 'the other session was served before the last of them');
  await Promise.all(many);
});
