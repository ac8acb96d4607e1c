import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JmapClient, objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { scopeOf } from '@hongyan/testkit/web-house.ts';
import type { MailboxLimits } from '../../src/mailbox/limits.ts';
import { noteReport, readReports } from '../../src/mailbox/sending/reports.ts';
import { listSubmissions } from '../../src/mailbox/sending/submissions.ts';

interface Sent {
  readonly client: JmapClient;
  readonly id: string;
  readonly messageId: string;
}

/** Alice writes to these; the queue is worked. */
async function send(
  house: JmapHouse,
  recipients: readonly { readonly email: string; readonly parameters: object | null }[],
  parameters: object | null = null,
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
          mailFrom: { email: 'alice@hongyan.test', parameters },
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

interface Report {
  /** What the message that came back says of itself; null: nothing came back. */
  readonly returned: string | null;
  readonly recipient: string;
  readonly action: string;
  readonly envelopeId?: string;
  readonly more?: string;
}

function notification({ returned, recipient, action, envelopeId, more = '' }: Report): string {
  const back = returned === null ? '' : `--b\nContent-Type: text/rfc822-headers\n\n${returned}\n`;
  return `From: postmaster@outside.test
Subject: Delivery report ${more}
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

${action}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.outside.test
${envelopeId === undefined ? '' : `Original-Envelope-Id: ${envelopeId}\n`}
Final-Recipient: rfc822; ${recipient}
Action: ${action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

${back}--b--
`.replaceAll('\n', '\r\n');
}

/** What the server of a recipient has of a mail: its whole header, our Received among it. */
async function headerAt(house: JmapHouse, who: JmapHouse['web']['bob']): Promise<string> {
  const client = await house.client(who);
  const { ids } = await client.call('Email/query', { filter: { subject: '报价' } });
  const { list } = await client.call('Email/get', { ids, properties: ['blobId'] });
  const [{ blobId } = { blobId: '' }] = list as { blobId: string }[];
  const text = await (await client.download(blobId)).text();
  return text.slice(0, text.indexOf('\r\n\r\n')).replaceAll('\r\n', '\n');
}

/** Recipients of whom nothing is heard, so that only strangers' notifications come. */
const quiet = (...addresses: string[]): { email: string; parameters: object }[] =>
  addresses.map(email => ({ email, parameters: { NOTIFY: 'NEVER' } }));

const envelopeOf = async (house: JmapHouse): Promise<string> => {
  const { list } = await listSubmissions(house.mailboxes, scopeOf(house.web.alice));
  return list[0]?.envelopeRef ?? '';
};

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
  const sent = await send(house, quiet('bob@hongyan.test', 'alice@hongyan.test'));
  const before = await sent.client.call('EmailSubmission/get', { ids: [] });
  const returned = await headerAt(house, house.web.bob);
  assert.match(returned, /Message-ID: <report-2@hongyan.test>/i);
  const tell = async (report: Report, to = 'alice@hongyan.test', from = ''): Promise<void> => {
    await house.receive(to, notification(report), from);
    await house.settled();
  };
  const failed = { returned, recipient: 'somebody@else.test', action: 'failed' };
  await tell({ ...failed, recipient: 'bob@hongyan.test', action: 'delayed' });
  await tell(failed);
  await tell({ ...failed, more: 'to somebody else' }, 'bob@hongyan.test');
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

test('RFC 3461 §4.4, §6.3: only who had the mail in hand reports of it: by its ENVID, or by the id of our Received field', async () => {
  await using house = await openJmapHouse();
  const sent = await send(house, quiet('bob@hongyan.test', 'alice@hongyan.test'));
  const header = await headerAt(house, house.web.bob);
  const envelopeId = await envelopeOf(house);
  assert.match(envelopeId, /^[\w-]{24}$/, 'unguessable');
  assert.equal(header.includes(envelopeId), false, 'no recipient sees it');
  const noted = async (report: Partial<Report>, from = ''): Promise<boolean> => {
    const count = ((await submissionOf(sent))['dsnBlobIds'] as string[]).length;
    const whole = { returned: header, recipient: 'bob@hongyan.test', action: 'failed', ...report };
    await house.receive('alice@hongyan.test', notification(whole), from);
    await house.settled();
    return ((await submissionOf(sent))['dsnBlobIds'] as string[]).length > count;
  };
  const messageId = `Message-ID: <${sent.messageId}>\n`;
  // Whoever knows the Message-ID alone, from an answer or an archive.
  assert.equal(await noted({ returned: messageId }), false);
  assert.equal(await noted({ returned: messageId, action: 'delivered' }), false);
  assert.equal(await noted({ returned: `Received: by x id 0000000000000000; x\n${messageId}` }), false);
  // An ENVID that is not ours, though the rest is right.
  assert.equal(await noted({ envelopeId: `${envelopeId}x` }), false);
  assert.equal(await noted({ envelopeId: envelopeId.slice(1) }), false);
  // Without the ENVID nobody who keeps to RFC 3461 reports a success; notifications have no sender (§6.1).
  assert.equal(await noted({ action: 'delivered' }), false);
  assert.equal(await noted({}, 'mallory@outside.test'), false);
  assert.equal(await noted({ returned: null }), false);
  assert.equal(
    await noted({ returned: header.replace(/^Message-ID:.*$/im, 'Message-ID: <other@x.test>') }),
    false,
  );
  // Those who keep the ENVID, with nothing else; those who do not.
  assert.equal(await noted({ envelopeId, returned: null, action: 'delivered', more: '1' }), true);
  assert.equal(await noted({ envelopeId, returned: null, more: '2' }, 'mailer@outside.test'), true);
  assert.equal(await noted({ more: '3' }), true);
  assert.deepEqual(house.complaints, []);
});

test('RFC 3461 §6.3: of a report without the ENVID that tells of two people, only the setback is believed', async () => {
  await using house = await openJmapHouse();
  await send(house, quiet('bob@hongyan.test', 'alice@hongyan.test'));
  const report = {
    returned: await headerAt(house, house.web.bob),
    recipient: 'bob@hongyan.test',
    action: 'failed',
  };
  const second = 'Final-Recipient: rfc822; alice@hongyan.test\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n';
  const text = notification(report).replace('no such user\r\n\r\n', found => `${found}${second}`);
  assert.match(text, /Action: failed[^]*Action: delivered/);
  await house.receive('alice@hongyan.test', text, '');
  await house.settled();
  const told = [...(await readReports(house.mailboxes, scopeOf(house.web.alice))).values()].flat();
  assert.deepEqual(
    told.map(({ recipient, action }) => [recipient, action]),
    [['bob@hongyan.test', 'failed']],
  );
});

test('RFC 8621 §7: a client’s own ENVID is the one that is sent and compared', async () => {
  await using house = await openJmapHouse();
  const sent = await send(house, quiet('bob@hongyan.test'), { ENVID: 'my own+1' });
  assert.equal(await envelopeOf(house), 'my own+1');
  const report = { returned: null, recipient: 'bob@hongyan.test', action: 'failed' };
  for (const [envelopeId, count] of [
    ['my+20own+2B1', 0],
    ['my own+1', 1],
  ] as const) {
    await house.receive('alice@hongyan.test', notification({ ...report, envelopeId }), '');
    await house.settled();
    assert.equal(((await submissionOf(sent))['dsnBlobIds'] as string[]).length, count);
  }
});

test('what reports said is kept up to a number; of all submissions the oldest is forgotten first', async () => {
  await using house = await openJmapHouse();
  const scope = scopeOf(house.web.alice);
  const { mailboxes } = house;
  const [first, second] = [
    await send(house, quiet('bob@hongyan.test', 'alice@hongyan.test')),
    await send(house, quiet('bob@hongyan.test', 'alice@hongyan.test')),
  ];
  const refs = new Map(
    (await listSubmissions(mailboxes, scope)).list.map(each => [`s${each.id}`, each.envelopeRef]),
  );
  const rowsOf = async (): Promise<number[]> => {
    const reports = await readReports(mailboxes, scope);
    return [first, second].map(({ id }) => reports.get(Number(id.slice(1)))?.length ?? 0);
  };
  const flood = async ({ id }: Sent, actions: number, some: Partial<MailboxLimits>): Promise<void> => {
    await noteReport({ ...mailboxes, limits: { ...mailboxes.limits, ...some } }, scope, {
      envelopeId: refs.get(id) ?? '',
      returned: null,
      fromNobody: true,
      blobHash: new Uint8Array(32),
      recipients: Array.from({ length: actions }, (_, n) => ({
        addresses: [['bob@hongyan.test', 'alice@hongyan.test', 'x@x'][n % 3] ?? ''],
        action: 'failed',
        status: null,
        reply: null,
      })),
    });
  };
  await flood(first, 1, {});
  await flood(second, 9, { maxReportsOfSubmission: 2 });
  assert.deepEqual(await rowsOf(), [1, 2]);
  const state = (await first.client.call('EmailSubmission/get', { ids: [] }))['state'];
  await flood(second, 9, { maxReports: 4 });
  assert.deepEqual(await rowsOf(), [1, 3], 'there is room');
  await flood(first, 2, { maxReports: 4 });
  assert.deepEqual(await rowsOf(), [2, 0], 'the oldest of all others goes');
  await flood(second, 9, { maxReports: 2 });
  assert.deepEqual(await rowsOf(), [0, 3], 'what is just being told stays');
  const { updated } = await first.client.call('EmailSubmission/changes', { sinceState: state });
  assert.ok((updated as string[]).includes(first.id), 'its clients hear of it');
});
