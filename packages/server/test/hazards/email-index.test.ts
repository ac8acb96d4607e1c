import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownScope } from '@hongyan/server/access/scope.ts';
import { copyMessages, moveMessages } from '@hongyan/server/mailbox/copy.ts';
import { EmailIndexes } from '@hongyan/server/mailbox/emails/email-indexes.ts';
import { folderCounts } from '@hongyan/server/mailbox/emails/folder-counts.ts';
import { expungeMessages } from '@hongyan/server/mailbox/expunge.ts';
import { storeFlags } from '@hongyan/server/mailbox/flags.ts';
import type { JmapClient } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';

/** Numbers that look random and are the same each time. */
function* numbers(seed: number): Generator<number, never, undefined> {
  for (let state = seed; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield state;
  }
}

/** What an index answers, as plain values. */
async function picture(house: JmapHouse, indexes: EmailIndexes): Promise<unknown> {
  return indexes.read(house.mailboxes, ownScope(house.web.alice), async index => ({
    newest: index.newest().map(email => ({ ...email })),
    mailboxes: [1, 2, 3, 4, 5, 6].map(id => index.inMailbox(id).map(email => email.id)),
    threads: [...index.threads()].map(thread => thread.map(email => email.id).join()).toSorted(),
    counts: [...folderCounts(index, 5)].toSorted(([a], [b]) => a - b),
  }));
}

/** One change, by IMAP's functions or by JMAP. */
async function change(house: JmapHouse, client: JmapClient, random: () => number, n: number): Promise<void> {
  const scope = ownScope(house.web.alice);
  const box = 1 + (random() % 4);
  const other = 1 + (random() % 5);
  const uids = [[1 + (random() % 8), 4 + (random() % 20)]] as const;
  switch (random() % 8) {
    case 0:
      await storeFlags(house.mailboxes, scope, box, uids, {
        mode: 'add',
        flags: { bits: 1 << (random() % 5), keywords: ['k'] },
      });
      return;
    case 1:
      await expungeMessages(house.mailboxes, scope, box, null);
      return;
    case 2:
      await copyMessages(house.mailboxes, scope, box, [[1, 3]], other);
      return;
    case 3:
      if (box !== other) await moveMessages(house.mailboxes, scope, box, uids, other);
      return;
    case 4: {
      const ids = (await client.call('Email/query', {}))['ids'] as string[];
      const id = ids[random() % Math.max(ids.length, 1)];
      if (id) await client.call('Email/set', { update: { [id]: { [`mailboxIds/m${other}`]: true } } });
      return;
    }
    default: {
      const reply = `In-Reply-To: <${random() % Math.max(n, 1)}@x>\r\n`;
      const blobId = await client.upload(`Message-ID: <${n}@x>\r\n${reply}Subject: Re: talk\r\n\r\n${n}\r\n`);
      const at = new Date(Date.UTC(2026, 0, 1 + (random() % 28))).toISOString().replace('.000', '');
      await client.call('Email/import', {
        emails: { k: { blobId, mailboxIds: { [`m${box}`]: true }, receivedAt: at } },
      });
    }
  }
}

test('an index that is brought up to date by changes equals one that is read anew', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const source = numbers(42);
  const random = (): number => source.next().value >> 8;
  const kept = new EmailIndexes();
  let state = (await client.call('Email/get', { ids: [] }))['state'];
  const known = new Set<string>();
  for (let n = 0; n < 120; n++) {
    await change(house, client, random, n);
    if (n % 3 !== 0) continue;
    assert.deepEqual(await picture(house, kept), await picture(house, new EmailIndexes()), `step ${n}`);
    const changes = await client.call('Email/changes', { sinceState: state });
    for (const id of changes['created'] as string[]) known.add(id);
    // A message that lost \\Deleted again is told as updated: who knows it not, learns of it so.
    for (const id of changes['updated'] as string[]) known.add(id);
    for (const id of changes['destroyed'] as string[]) known.delete(id);
    state = changes['newState'];
    const { ids } = await client.call('Email/query', {});
    assert.deepEqual([...known].toSorted(), (ids as string[]).toSorted(), `step ${n}`);
  }
  assert.deepEqual(house.complaints, []);
});

test('many queries at once while mail comes: every answer is of one moment', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  await client.mailboxes();
  const add = async (n: number): Promise<void> => {
    const blobId = await client.upload(`Subject: ${n}\r\n\r\nx\r\n`);
    await client.call('Email/import', { emails: { k: { blobId, mailboxIds: { m1: true } } } });
  };
  const ask = async (): Promise<void> => {
    const [query, get] = await client.request([
      ['Email/query', { calculateTotal: true }, 'q'],
      [
        'Email/get',
        { '#ids': { resultOf: 'q', name: 'Email/query', path: '/ids' }, properties: ['id'] },
        'g',
      ],
    ]);
    assert.ok(query && get);
    assert.equal((query.args['ids'] as string[]).length, query.args['total']);
    assert.deepEqual(get.args['notFound'], []);
  };
  for (let round = 0; round < 6; round++) {
    await Promise.all([add(round * 2), ask(), ask(), add(round * 2 + 1), ask()]);
  }
  assert.equal(((await client.call('Email/query', {}))['ids'] as string[]).length, 12);
});
