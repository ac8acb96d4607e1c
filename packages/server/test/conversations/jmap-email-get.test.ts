import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JmapClient } from '@hongyan/testkit/jmap-client.ts';
import { openJmapHouse } from '@hongyan/testkit/jmap-house.ts';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const message = [
  'From: =?utf-8?b?546L5bCP5piO?= <wang@outside.test>',
  'To: "Alice A." <alice@hongyan.test>, Team: bob@hongyan.test, c@x.test;',
  'Cc: cc@outside.test',
  'Reply-To: replies@outside.test',
  'Subject: =?utf-8?q?Caf=C3=A9?= plans',
  'Date: Thu, 01 Jan 2026 14:30:00 +0800',
  'Message-ID: <m1@outside.test>',
  'In-Reply-To: <m0@outside.test>',
  'References: <m9@outside.test> <m0@outside.test>',
  'List-Unsubscribe: <mailto:u@x.test>, <https://x.test/u>',
  'X-Twice: first',
  'X-Twice: second',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=mix',
  '',
  '--mix',
  'Content-Type: multipart/alternative; boundary=alt',
  '',
  '--alt',
  'Content-Type: text/plain; charset=gbk',
  'Content-Transfer-Encoding: base64',
  '',
  'xOO6w6OsysC95w0K',
  '--alt',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  '<p>Gr=C3=BC=C3=9Fe <a href=3D"https://example.com/">link</a></p>',
  '--alt--',
  '--mix',
  'Content-Type: image/png; name="pic.png"',
  'Content-Disposition: attachment; filename="pic.png"',
  'Content-Transfer-Encoding: base64',
  '',
  png.toString('base64'),
  '--mix--',
  '',
].join('\r\n');

async function only(
  client: JmapClient,
  args: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const { ids } = await client.call('Email/query', {});
  const { list } = await client.call('Email/get', { ids, ...args });
  const [email] = list as Record<string, unknown>[];
  assert.ok(email);
  return email;
}

test('RFC 8621 §4.2: properties of a list come without the message and are right', async () => {
  await using house = await openJmapHouse();
  await house.receive('alice@hongyan.test', message);
  const client = await house.client(house.web.alice);
  const boxes = await client.mailboxes();
  const email = await only(client, {
    properties: [
      'threadId',
      'mailboxIds',
      'keywords',
      'hasAttachment',
      'from',
      'to',
      'cc',
      'bcc',
      'sender',
      'replyTo',
      'subject',
      'sentAt',
      'messageId',
      'inReplyTo',
      'preview',
    ],
  });
  assert.deepEqual(email['mailboxIds'], { [boxes['inbox'] ?? '']: true });
  assert.deepEqual(email['keywords'], {});
  assert.equal(email['hasAttachment'], true);
  assert.deepEqual(email['from'], [{ name: '王小明', email: 'wang@outside.test' }]);
  assert.deepEqual(email['to'], [
    { name: 'Alice A.', email: 'alice@hongyan.test' },
    { name: null, email: 'bob@hongyan.test' },
    { name: null, email: 'c@x.test' },
  ]);
  assert.deepEqual([email['bcc'], email['sender']], [null, null]);
  assert.deepEqual(email['replyTo'], [{ name: null, email: 'replies@outside.test' }]);
  assert.equal(email['subject'], 'Café plans');
  assert.equal(email['sentAt'], '2026-01-01T14:30:00+08:00');
  assert.deepEqual(email['messageId'], ['m1@outside.test']);
  assert.deepEqual(email['inReplyTo'], ['m0@outside.test']);
  assert.match(String(email['preview']), /你好/);
});

test('RFC 8621 §4.1.2: every header form, last and all instances', async () => {
  await using house = await openJmapHouse();
  await house.receive('alice@hongyan.test', message);
  const client = await house.client(house.web.alice);
  const properties = [
    'header:subject',
    'header:Subject:asText',
    'header:To:asGroupedAddresses',
    'header:References:asMessageIds',
    'header:Date:asDate',
    'header:List-Unsubscribe:asURLs',
    'header:x-twice:asText',
    'header:x-twice:asText:all',
    'header:None:asAddresses',
    'header:None:all',
    'references',
  ];
  const email = await only(client, { properties });
  const { id, ...values } = email;
  assert.ok(id);
  assert.deepEqual(values, {
    'header:subject': ' =?utf-8?q?Caf=C3=A9?= plans',
    'header:Subject:asText': 'Café plans',
    'header:To:asGroupedAddresses': [
      { name: null, addresses: [{ name: 'Alice A.', email: 'alice@hongyan.test' }] },
      {
        name: 'Team',
        addresses: [
          { name: null, email: 'bob@hongyan.test' },
          { name: null, email: 'c@x.test' },
        ],
      },
    ],
    'header:References:asMessageIds': ['m9@outside.test', 'm0@outside.test'],
    'header:Date:asDate': '2026-01-01T14:30:00+08:00',
    'header:List-Unsubscribe:asURLs': ['mailto:u@x.test', 'https://x.test/u'],
    'header:x-twice:asText': 'second',
    'header:x-twice:asText:all': ['first', 'second'],
    'header:None:asAddresses': null,
    'header:None:all': [],
    references: ['m9@outside.test', 'm0@outside.test'],
  });
  assert.equal(
    await client.errorOf('Email/get', { ids: [], properties: ['header:From:asDate'] }),
    'invalidArguments',
  );
});

test('RFC 8621 §4.1.4: structure, body lists, values and their truncation', async () => {
  await using house = await openJmapHouse();
  await house.receive('alice@hongyan.test', message);
  const client = await house.client(house.web.alice);
  const email = await only(client, {
    properties: ['bodyStructure', 'textBody', 'htmlBody', 'attachments', 'bodyValues'],
    bodyProperties: ['partId', 'type', 'charset', 'size', 'name', 'disposition', 'header:Content-Type'],
    fetchTextBodyValues: true,
    fetchHTMLBodyValues: true,
  });
  assert.deepEqual(email['textBody'], [
    {
      partId: '1.1',
      size: 12,
      name: null,
      type: 'text/plain',
      charset: 'gbk',
      disposition: null,
      'header:Content-Type': ' text/plain; charset=gbk',
    },
  ]);
  const [attachment] = email['attachments'] as Record<string, unknown>[];
  assert.deepEqual(
    [attachment?.['partId'], attachment?.['size'], attachment?.['name'], attachment?.['disposition']],
    ['2', png.length, 'pic.png', 'attachment'],
  );
  const structure = email['bodyStructure'] as { partId: null; type: string; subParts: { type: string }[] };
  assert.deepEqual(
    [structure.partId, structure.type, structure.subParts.map(part => part.type)],
    [null, 'multipart/mixed', ['multipart/alternative', 'image/png']],
  );
  const html = '<p>Grüße <a href="https://example.com/">link</a></p>';
  assert.deepEqual(email['bodyValues'], {
    '1.1': { value: '你好，世界\n', isEncodingProblem: false, isTruncated: false },
    '1.2': { value: html, isEncodingProblem: false, isTruncated: false },
  });
  const short = await only(client, {
    properties: ['bodyValues'],
    fetchAllBodyValues: true,
    maxBodyValueBytes: 20,
  });
  assert.deepEqual(short['bodyValues'], {
    '1.1': { value: '你好，世界\n', isEncodingProblem: false, isTruncated: false },
    '1.2': { value: '<p>Grüße ', isEncodingProblem: false, isTruncated: true },
  });
});

test('RFC 8620 §6.2: parts and the whole message are downloaded, decoded and exact', async () => {
  await using house = await openJmapHouse();
  await house.receive('alice@hongyan.test', message);
  const client = await house.client(house.web.alice);
  const email = await only(client, { properties: ['blobId', 'size', 'attachments'] });
  const [attachment] = email['attachments'] as { blobId: string }[];
  const picture = await client.download(attachment?.blobId ?? '', 'image/png', '图片.png');
  assert.equal(picture.headers.get('content-type'), 'image/png');
  assert.match(
    picture.headers.get('content-disposition') ?? '',
    /; filename\*=UTF-8''%E5%9B%BE%E7%89%87\.png$/,
  );
  assert.match(picture.headers.get('content-security-policy') ?? '', /sandbox/);
  assert.deepEqual(Buffer.from(await picture.arrayBuffer()), png);
  const whole = await client.download(String(email['blobId']), 'message/rfc822');
  const text = await whole.text();
  assert.equal(text.length, email['size']);
  assert.ok(text.endsWith(message));
  const html = await client.download(attachment?.blobId ?? '', 'text/html"; x=<script>');
  assert.equal(html.headers.get('content-type'), 'application/octet-stream');
});

test('RFC 8621 §4.9: parsing an attached message, and parts of it', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const blobId = await client.upload(message, 'message/rfc822');
  const { parsed } = await client.call('Email/parse', {
    blobIds: [blobId],
    properties: ['id', 'subject', 'from', 'attachments', 'preview', 'hasAttachment'],
  });
  const email = (parsed as Record<string, Record<string, unknown>>)[blobId];
  assert.deepEqual([email?.['id'], email?.['subject'], email?.['hasAttachment']], [null, 'Café plans', true]);
  const [attachment] = (email?.['attachments'] ?? []) as { blobId: string }[];
  const picture = await client.download(attachment?.blobId ?? '');
  assert.deepEqual(Buffer.from(await picture.arrayBuffer()), png);
  const junk = await client.upload('just some text');
  const answer = await client.call('Email/parse', { blobIds: [junk, 'Bnone'] });
  assert.deepEqual([answer['parsed'], answer['notParsable'], answer['notFound']], [null, [junk], ['Bnone']]);
});

test('RFC 8621 §4.1.1: what IMAP marked \\Deleted is not to be seen', async () => {
  await using house = await openJmapHouse();
  await house.receive('alice@hongyan.test', message);
  const client = await house.client(house.web.alice);
  const email = await only(client, { properties: ['id'] });
  const before = (await client.call('Email/get', { ids: [] }))['state'];
  const { ownScope } = await import('@hongyan/server/access/scope.ts');
  const { storeFlags } = await import('@hongyan/server/mailbox/flags.ts');
  const flags = { bits: 8, keywords: [] };
  await storeFlags(house.mailboxes, ownScope(house.web.alice), 1, [[1, 10]], { mode: 'add', flags });
  assert.deepEqual((await client.call('Email/query', {}))['ids'], []);
  assert.deepEqual((await client.call('Email/get', { ids: [email['id']] }))['notFound'], [email['id']]);
  const changes = await client.call('Email/changes', { sinceState: before });
  assert.deepEqual(changes['destroyed'], [email['id']]);
  const { list } = await client.call('Mailbox/get', { properties: ['totalEmails', 'totalThreads'] });
  assert.deepEqual((list as object[])[0], { id: 'm1', totalEmails: 0, totalThreads: 0 });
});
