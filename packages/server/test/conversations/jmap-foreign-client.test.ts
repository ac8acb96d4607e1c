import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
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
}

const { JamClient } = (await import(import.meta.resolve('jmap-jam'))) as {
  JamClient: new (options: { bearerToken: string; sessionUrl: string }) => Jam;
};

test('RFC 8620, RFC 8621: jmap-jam signs in with a token, lists, reads, uploads, writes and sends', async () => {
  await using house = await openJmapHouse();
  await house.receive('alice@hongyan.test', 'From: x@outside.test\r\nSubject: 你好\r\n\r\nhello\r\n');
  const basic = Buffer.from(`alice@hongyan.test:${housePassword}`).toString('base64');
  const made = await fetch(`${house.url}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${basic}` },
    body: JSON.stringify({ name: 'jam', password: housePassword }),
  });
  const { token } = (await made.json()) as { token: string };
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
