import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JmapClient, objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';

interface Sent {
  readonly client: JmapClient;
  readonly id: string;
  readonly messageId: string;
}

/** Alice writes to these; the queue is worked. */
async function send(
  house: JmapHouse,
  recipients: readonly { readonly email: string; readonly parameters: object | null }[],
): Promise<Sent> {
  const client = await house.client(house.web.alice);
  const { drafts = '' } = await client.mailboxes();
  const messageId = `report-${recipients.length}@hongyan.test`;
  const made = await client.call('Email/set', {
    create: {
      d: {
        mailboxIds: { [drafts]: true },
        from: [{ email: 'alice@hongyan.test' }],
        messageId: [messageId],
        subject: '报价',
      },
    },
  });
  const { list } = await client.call('Identity/get', {});
  const answer = await client.call('EmailSubmission/set', {
    create: {
      s: {
        emailId: objectsIn(made['created'])['d']?.['id'],
        identityId: (list as { id: string }[])[0]?.id,
        envelope: {
          mailFrom: { email: 'alice@hongyan.test', parameters: null },
          rcptTo: recipients,
        },
      },
    },
  });
  await house.settled();
  return { client, id: String(objectsIn(answer['created'])['s']?.['id']), messageId };
}

async function submissionOf({ client, id }: Sent): Promise<Record<string, unknown>> {
  const { list } = await client.call('EmailSubmission/get', { ids: [id] });
  return (list as Record<string, unknown>[])[0] ?? {};
}

function notification(messageId: string, recipient: string, action: string, more = ''): string {
  return `From: postmaster@outside.test
Subject: Delivery report ${more}
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

${action}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.outside.test

Final-Recipient: rfc822; ${recipient}
Action: ${action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: <${messageId}>

--b--
`.replaceAll('\n', '\r\n');
}

test('RFC 8621 §7: our own notification of success is in dsnBlobIds of the submission, whole', async () => {
  await using house = await openJmapHouse();
  const sent = await send(house, [{ email: 'bob@hongyan.test', parameters: { NOTIFY: 'SUCCESS' } }]);
  await house.settled();
  const { dsnBlobIds, mdnBlobIds } = await submissionOf(sent);
  const [blobId = '', ...others] = dsnBlobIds as string[];
  assert.deepEqual([others, mdnBlobIds], [[], []]);
  const text = await (await sent.client.download(blobId)).text();
  assert.match(text, /multipart\/report/);
  assert.match(text, /Action: delivered/);
  assert.deepEqual(house.complaints, []);
});

test('RFC 8621 §7: notifications from outside, the oldest first, each moves the state; strange ones count for nothing', async () => {
  await using house = await openJmapHouse();
  const sent = await send(house, [
    { email: 'bob@hongyan.test', parameters: { NOTIFY: 'NEVER' } },
    { email: 'alice@hongyan.test', parameters: { NOTIFY: 'NEVER' } },
  ]);
  const before = await sent.client.call('EmailSubmission/get', { ids: [] });
  const tell = async (...args: Parameters<typeof notification>): Promise<void> => {
    await house.receive('alice@hongyan.test', notification(...args));
    await house.settled();
  };
  await tell(sent.messageId, 'bob@hongyan.test', 'delayed');
  await tell(sent.messageId, 'somebody@else.test', 'failed');
  await tell('nothing@hongyan.test', 'bob@hongyan.test', 'failed');
  await house.receive('bob@hongyan.test', notification(sent.messageId, 'bob@hongyan.test', 'failed', 'bob'));
  await house.settled();
  const { dsnBlobIds, deliveryStatus } = await submissionOf(sent);
  const texts = [];
  for (const id of dsnBlobIds as string[]) {
    texts.push(/Action: (\w+)/.exec(await (await sent.client.download(id)).text())?.[1]);
  }
  assert.deepEqual(texts, ['delayed', 'failed']);
  // It lies in bob's mailbox: what others say of that counts for nothing.
  assert.equal(objectsIn(deliveryStatus)['bob@hongyan.test']?.['delivered'], 'yes');
  const changes = await sent.client.call('EmailSubmission/changes', { sinceState: before['state'] });
  assert.deepEqual(changes['updated'], [sent.id]);
  const { ids } = await sent.client.call('Email/query', { filter: { subject: 'Delivery report' } });
  await sent.client.call('Email/set', { destroy: ids });
  assert.deepEqual((await submissionOf(sent))['dsnBlobIds'], [], 'what is destroyed is no blob any more');
  await sent.client.call('EmailSubmission/set', { destroy: [sent.id] });
  assert.deepEqual(house.complaints, []);
});
