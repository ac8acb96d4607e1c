import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { housePassword } from '@hongyan/testkit/web-house.ts';

type Answer = Record<string, unknown>;
type Call = (args: Answer) => Promise<[Answer]>;
interface Draft {
  $ref(path: string): unknown;
}

/** What of jmap-jam is used here: its own types do not pass this house's compiler options. */
interface Jam {
  getPrimaryAccount(): Promise<string>;
  readonly api: Record<string, Record<string, Call>>;
  requestMany(
    make: (types: Record<string, Record<string, (args: Answer) => Draft>>) => Record<string, Draft>,
  ): Promise<[Record<string, Answer>]>;
  uploadBlob(accountId: string, body: Blob): Promise<{ blobId: string }>;
  connectEventSource(options: {
    types: readonly string[];
    ping: number;
    closeafter: 'state' | 'no';
  }): Promise<unknown>;
}

const { JamClient } = (await import(import.meta.resolve('jmap-jam'))) as {
  JamClient: new (options: { bearerToken: string; sessionUrl: string }) => Jam;
};

/** A token for programs, as alice makes one. */
async function tokenOf(house: JmapHouse): Promise<string> {
  const basic = Buffer.from(`alice@hongyan.test:${housePassword}`).toString('base64');
  const made = await fetch(`${house.url}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${basic}` },
    body: JSON.stringify({ name: 'jam', password: housePassword }),
  });
  return ((await made.json()) as { token: string }).token;
}

test('RFC 8620, RFC 8621: jmap-jam signs in with a token, lists, reads, uploads, writes and sends', async () => {
  await using house = await openJmapHouse();
  await house.receive('alice@hongyan.test', 'From: x@outside.test\r\nSubject: 你好\r\n\r\nhello\r\n');
  const token = await tokenOf(house);
  const jam = new JamClient({ bearerToken: token, sessionUrl: `${house.url}/.well-known/jmap` });
  const accountId = await jam.getPrimaryAccount();
  const call = async (type: string, method: string, args: Answer): Promise<Answer> => {
    const [answer] = (await jam.api[type]?.[method]?.(args)) ?? [{}];
    return answer;
  };
  const mailboxes = await call('Mailbox', 'get', { accountId, ids: null });
  const idOf = (role: string): string =>
    (mailboxes['list'] as { id: string; role: string }[]).find(box => box.role === role)?.id ?? '';
  const [{ found, read }] = await jam.requestMany(types => {
    const found = types['Email']?.['query']?.({ accountId, filter: { inMailbox: idOf('inbox') } });
    const read = types['Email']?.['get']?.({
      accountId,
      ids: found?.$ref('/ids'),
      properties: ['subject', 'bodyValues'],
      fetchTextBodyValues: true,
    });
    assert.ok(found && read);
    return { found, read };
  });
  assert.ok(found && read);
  assert.equal((found['ids'] as string[]).length, 1);
  assert.equal((read['list'] as Answer[])[0]?.['subject'], '你好');
  const blob = await jam.uploadBlob(accountId, new Blob(['data'], { type: 'text/csv' }));
  const written = await call('Email', 'set', {
    accountId,
    create: {
      draft: {
        mailboxIds: { [idOf('drafts')]: true },
        keywords: { $draft: true },
        from: [{ name: 'Alice', email: 'alice@hongyan.test' }],
        to: [{ name: 'Bob', email: 'bob@hongyan.test' }],
        subject: 'from jam',
        textBody: [{ partId: 'a', type: 'text/plain' }],
        attachments: [{ blobId: blob.blobId, type: 'text/csv', name: 'a.csv' }],
        bodyValues: { a: { value: 'sent by jam' } },
      },
    },
  });
  const emailId = (written['created'] as Record<string, { id: string }> | null)?.['draft']?.id ?? '';
  const identities = await call('Identity', 'get', { accountId, ids: null });
  const identity = (identities['list'] as { id: string }[])[0]?.id;
  const sent = await call('EmailSubmission', 'set', {
    accountId,
    create: { send: { identityId: identity, emailId } },
    onSuccessUpdateEmail: {
      '#send': { [`mailboxIds/${idOf('sent')}`]: true, [`mailboxIds/${idOf('drafts')}`]: null },
    },
  });
  assert.equal(sent['notCreated'] ?? null, null);
  const bob = await house.client(house.web.bob);
  for (let turn = 0; turn < 500; turn++) {
    if (((await bob.call('Email/query', {}))['ids'] as string[]).length > 0) break;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  const { ids } = await bob.call('Email/query', { filter: { hasAttachment: true, subject: 'from jam' } });
  assert.equal((ids as string[]).length, 1);
  assert.deepEqual(house.complaints, []);
});

test('RFC 8620 §7.3: jmap-jam finds the event source and is told of mail that comes', async () => {
  await using house = await openJmapHouse();
  const token = await tokenOf(house);
  const jam = new JamClient({ bearerToken: token, sessionUrl: `${house.url}/.well-known/jmap` });
  const accountId = await jam.getPrimaryAccount();
  // Browsers have an EventSource, signed in by their cookie; here it is the fetch below, signed in by the token.
  const opened: string[] = [];
  const standIn = function (url: URL): void {
    opened.push(String(url));
  };
  Object.defineProperty(globalThis, 'EventSource', { value: standIn, configurable: true });
  try {
    await jam.connectEventSource({ types: ['Email', 'Mailbox'], ping: 0, closeafter: 'state' });
  } finally {
    Reflect.deleteProperty(globalThis, 'EventSource');
  }
  const response = await fetch(opened[0] ?? '', { headers: { authorization: `Bearer ${token}` } });
  assert.equal(response.status, 200);
  const reader = response.body?.getReader();
  assert.ok(reader);
  let heard = Buffer.from((await reader.read()).value ?? []).toString();
  assert.match(heard, /ready/);
  await house.receive('alice@hongyan.test', 'Subject: news\r\n\r\nbody\r\n');
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    heard += Buffer.from(part.value).toString();
  }
  const data = /event: state\r\n(?:id: .*\r\n)?data: (.*)\r\n/.exec(heard)?.[1] ?? '{}';
  const { changed } = JSON.parse(data) as { changed: Record<string, Record<string, string>> };
  assert.deepEqual(Object.keys(changed[accountId] ?? {}).toSorted(), ['Email', 'Mailbox']);
});
