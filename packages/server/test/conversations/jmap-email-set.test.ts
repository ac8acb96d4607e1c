import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JmapArguments, type JmapClient, objectsIn, textIn } from '@hongyan/testkit/jmap-client.ts';
import { openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import PostalMime from 'postal-mime';

async function create(client: JmapClient, email: JmapArguments): Promise<Record<string, unknown>> {
  const boxes = await client.mailboxes();
  const { created, notCreated } = await client.call('Email/set', {
    create: { k: { mailboxIds: { [boxes['drafts'] ?? '']: true }, ...email } },
  });
  return objectsIn(created ?? notCreated)['k'] ?? {};
}

async function download(client: JmapClient, email: Record<string, unknown>): Promise<string> {
  return (await client.download(String(email['blobId']), 'message/rfc822')).text();
}

test('RFC 8621 §4.6: a draft of text, HTML, inline picture and attachment, as another parser reads it', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const picture = await client.upload(Buffer.from([1, 2, 3]), 'image/png');
  const file = await client.upload('数据', 'text/csv');
  const draft = await create(client, {
    keywords: { $draft: true, $seen: true },
    from: [{ name: '爱丽丝', email: 'alice@hongyan.test' }],
    to: [{ name: 'Bob "B"', email: 'bob@hongyan.test' }, { email: 'x@outside.test' }],
    subject: '季度报告 2026',
    inReplyTo: ['parent@outside.test'],
    'header:X-Own:asText': 'own ✓',
    textBody: [{ partId: 't', type: 'text/plain' }],
    htmlBody: [{ partId: 'h', type: 'text/html' }],
    attachments: [
      { blobId: picture, type: 'image/png', disposition: 'inline', cid: 'pic@x', name: 'p.png' },
      { blobId: file, name: '报表.csv', type: 'text/csv', charset: 'utf-8' },
    ],
    bodyValues: { t: { value: '正文\nsecond' }, h: { value: '<p>正文</p><img src="cid:pic@x">' } },
  });
  assert.deepEqual(Object.keys(draft).sort(), ['blobId', 'id', 'size', 'threadId']);
  const text = await download(client, draft);
  assert.ok(!/[^\u0000-\u007f]/.test(text), 'ASCII only');
  assert.ok(!/[^\r]\n/.test(text), 'CRLF only');
  const mail = await PostalMime.parse(text);
  assert.equal(mail.subject, '季度报告 2026');
  assert.deepEqual(mail.from, { name: '爱丽丝', address: 'alice@hongyan.test' });
  assert.equal(mail.to?.[0]?.name, 'Bob "B"');
  assert.equal(mail.inReplyTo, '<parent@outside.test>');
  assert.match(mail.messageId ?? '', /^<.+@hongyan\.test>$/);
  assert.match(mail.text ?? '', /^正文\r?\nsecond/);
  assert.match(mail.html ?? '', /<p>正文<\/p>/);
  assert.deepEqual(
    mail.attachments.map(item => [item.filename, item.mimeType, item.disposition, item.contentId]),
    [
      ['p.png', 'image/png', 'inline', '<pic@x>'],
      ['报表.csv', 'text/csv', 'attachment', undefined],
    ],
  );
  const { list } = await client.call('Email/get', {
    ids: [draft['id']],
    properties: ['keywords', 'header:X-Own:asText', 'hasAttachment', 'bodyStructure'],
    bodyProperties: ['type'],
  });
  const [email] = list as Record<string, unknown>[];
  assert.deepEqual(email?.['keywords'], { $seen: true, $draft: true });
  assert.equal(email?.['header:X-Own:asText'], 'own ✓');
  assert.equal(
    JSON.stringify(email?.['bodyStructure'])
      .match(/multipart\/\w+/g)
      ?.join(),
    'multipart/mixed,multipart/alternative,multipart/related',
  );
});

test('RFC 8621 §4.6: a bodyStructure is taken as it is given', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const inner = await client.upload('Subject: inner\r\n\r\nhello\r\n', 'message/rfc822');
  const draft = await create(client, {
    subject: 'structure',
    bodyStructure: {
      type: 'multipart/mixed',
      subParts: [
        { partId: 'a', type: 'text/plain', language: ['en'], 'header:X-Part': ' yes' },
        { blobId: inner, type: 'message/rfc822' },
      ],
    },
    bodyValues: { a: { value: 'hi' } },
  });
  const text = await download(client, draft);
  assert.match(
    text,
    /Content-Type: message\/rfc822\r\n.*Content-Transfer-Encoding: 7bit\r\n\r\nSubject: inner/s,
  );
  assert.match(text, /Content-Language: en\r\nX-Part: yes\r\n/);
  const empty = await create(client, { subject: 'nothing' });
  assert.ok(empty['id']);
});

test('RFC 8621 §4.6: what a new email may not say is invalidProperties', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const refused = async (email: JmapArguments): Promise<string> => {
    const error = await create(client, email);
    const about = (error['properties'] ?? error['notFound'] ?? []) as string[];
    return `${textIn(error['type'])} ${about.join()}`.trim();
  };
  const values = { bodyValues: { a: { value: 'x' } } };
  const part = { partId: 'a', type: 'text/plain' };
  assert.equal(await refused({ mailboxIds: {} }), 'invalidProperties mailboxIds');
  assert.equal(await refused({ mailboxIds: { m999: true } }), 'invalidProperties mailboxIds');
  assert.equal(await refused({ id: 'e1' }), 'invalidProperties id');
  assert.equal(await refused({ headers: [] }), 'invalidProperties headers');
  assert.equal(await refused({ 'header:From:asDate': 'x' }), 'invalidProperties header:From:asDate');
  assert.equal(await refused({ subject: 'a', 'header:Subject': ' b' }), 'invalidProperties header:Subject');
  assert.equal(
    await refused({ 'header:Content-Type': ' text/plain' }),
    'invalidProperties header:Content-Type',
  );
  assert.equal(await refused({ keywords: { 'a b': true } }), 'invalidProperties keywords');
  assert.equal(await refused({ 'header:X-A': ' b\r\nBcc: c@x.test' }), 'invalidProperties header:X-A');
  assert.equal(await refused({ textBody: [part] }), 'invalidProperties attachments/partId');
  assert.equal(await refused({ ...values, textBody: [part, part] }), 'invalidProperties textBody');
  assert.equal(
    await refused({ ...values, textBody: [part], bodyStructure: part }),
    'invalidProperties bodyStructure,textBody',
  );
  assert.equal(
    await refused({ ...values, bodyStructure: { ...part, 'header:Content-Transfer-Encoding': ' 8bit' } }),
    'invalidProperties bodyStructure/header:Content-Transfer-Encoding',
  );
  assert.equal(await refused({ attachments: [{ blobId: 'Bnone' }] }), 'blobNotFound Bnone');
});

test('RFC 8621 §4.6: keywords and mailboxes by patch and as a whole; one email in several mailboxes', async () => {
  await using house = await openJmapHouse();
  await house.receive('alice@hongyan.test', 'Subject: one\r\n\r\nbody\r\n');
  const client = await house.client(house.web.alice);
  const { inbox = '', archive = '', trash = '' } = await client.mailboxes();
  const [id = ''] = (await client.call('Email/query', {}))['ids'] as string[];
  const update = async (patch: JmapArguments): Promise<unknown> => {
    const answer = await client.call('Email/set', { update: { [id]: patch } });
    return objectsIn(answer['notUpdated'])?.[id]?.['type'] ?? 'done';
  };
  const place = async (): Promise<unknown> => {
    const { list } = await client.call('Email/get', { ids: [id], properties: ['keywords', 'mailboxIds'] });
    const [email] = list as Record<string, object>[];
    return [Object.keys(email?.['keywords'] ?? {}), Object.keys(email?.['mailboxIds'] ?? {})];
  };
  assert.equal(await update({ 'keywords/$Seen': true, 'keywords/项目': true }), 'invalidProperties');
  assert.equal(await update({ 'keywords/$Seen': true, 'keywords/Project-1': true }), 'done');
  assert.deepEqual(await place(), [['$seen', 'project-1'], [inbox]]);
  assert.equal(await update({ keywords: { $flagged: true } }), 'done');
  assert.equal(await update({ [`mailboxIds/${archive}`]: true }), 'done');
  assert.deepEqual(await place(), [['$flagged'], [inbox, archive]]);
  assert.equal(await update({ 'keywords/$seen': true, [`mailboxIds/${inbox}`]: null }), 'done');
  assert.deepEqual(await place(), [
    ['$flagged', '$seen'].toSorted((a, b) => (a === '$seen' ? -1 : b === '$seen' ? 1 : 0)),
    [archive],
  ]);
  assert.equal(await update({ [`mailboxIds/${archive}`]: null }), 'invalidProperties');
  assert.equal(await update({ mailboxIds: { m999: true } }), 'invalidProperties');
  assert.equal(await update({ mailboxIds: { [trash]: true }, subject: 'one' }), 'done');
  assert.equal(await update({ subject: 'other' }), 'invalidProperties');
  assert.equal(await update({ 'keywords/a/b': true }), 'invalidPatch');
  assert.equal(await update({ keywords: {}, 'keywords/a': true }), 'invalidPatch');
  const { list } = await client.call('Mailbox/get', {
    ids: [inbox, archive, trash],
    properties: ['totalEmails'],
  });
  assert.deepEqual(
    (list as { totalEmails: number }[]).map(item => item.totalEmails),
    [0, 0, 1],
  );
});

test('RFC 8620 §5.3: creation ids, willDestroy, notFound, stateMismatch', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const [made, moved] = await client.request([
    ['Mailbox/set', { create: { box: { name: 'Made' } } }],
    ['Email/set', { create: { mail: { mailboxIds: { '#box': true }, subject: 'x' } } }],
  ]);
  const box = objectsIn(made?.args['created'])['box']?.['id'];
  const id = String(objectsIn(moved?.args['created'])['mail']?.['id']);
  const { list } = await client.call('Email/get', { ids: [id], properties: ['mailboxIds'] });
  assert.deepEqual((list as object[])[0], { id, mailboxIds: { [String(box)]: true } });
  const both = await client.call('Email/set', {
    update: { [id]: { 'keywords/x': true }, e999: { 'keywords/x': true } },
    destroy: [id, 'e998'],
  });
  const errors = { ...objectsIn(both['notUpdated']), ...objectsIn(both['notDestroyed']) };
  assert.deepEqual(
    [errors[id]?.['type'], errors['e999']?.['type'], errors['e998']?.['type']],
    ['willDestroy', 'notFound', 'notFound'],
  );
  assert.deepEqual(both['destroyed'], [id]);
  assert.equal(await client.errorOf('Email/set', { ifInState: '1.1', destroy: [] }), 'stateMismatch');
  const odd = await client.call('Email/set', { create: JSON.parse('{"__proto__":{"mailboxIds":{}}}') });
  assert.deepEqual(Object.keys(odd['notCreated'] as object), ['__proto__']);
});

test('RFC 8621 §4.8: import keeps the bytes, takes dates and keywords, refuses what is no message', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const { archive = '' } = await client.mailboxes();
  const text = 'Received: by x; Fri, 02 Jan 2026 10:00:00 +0000\r\nSubject: old\r\n\r\nbody \u00e9\r\n';
  const good = await client.upload(text);
  const junk = await client.upload('no header here');
  const answer = await client.call('Email/import', {
    emails: {
      good: { blobId: good, mailboxIds: { [archive]: true }, keywords: { $seen: true } },
      junk: { blobId: junk, mailboxIds: { [archive]: true } },
      lost: { blobId: 'Bnone', mailboxIds: { [archive]: true } },
      homeless: { blobId: good, mailboxIds: {} },
    },
  });
  const errors = objectsIn(answer['notCreated']);
  assert.deepEqual(
    ['junk', 'lost', 'homeless'].map(key => errors[key]?.['type']),
    ['invalidEmail', 'invalidProperties', 'invalidProperties'],
  );
  const { id } = objectsIn(answer['created'])['good'] ?? {};
  const { list } = await client.call('Email/get', {
    ids: [id],
    properties: ['receivedAt', 'keywords', 'blobId'],
  });
  const [email] = list as Record<string, unknown>[];
  assert.equal(email?.['receivedAt'], '2026-01-02T10:00:00Z');
  assert.equal(await download(client, email ?? {}), text);
  assert.equal(
    await client.errorOf('Email/copy', { fromAccountId: client.accountId, create: {} }),
    'invalidArguments',
  );
});

test('RFC 8620 §6.1: uploads over the limit are refused by its name; they belong to one account', async () => {
  await using house = await openJmapHouse({ maxSizeUpload: 1_000 });
  const client = await house.client(house.web.alice);
  await assert.rejects(client.upload('x'.repeat(1_001)), /maxSizeUpload/);
  const blobId = await client.upload('y'.repeat(1_000));
  assert.equal((await client.download(blobId)).status, 200);
  const bob = await house.client(house.web.bob);
  assert.equal((await bob.download(blobId)).status, 404);
  house.web.clock.advance(25 * 3_600_000);
  assert.equal((await client.download(blobId)).status, 404);
});

test('RFC 8621 §4.6: a large attachment goes through in pieces and comes out the same', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const bytes = Buffer.from(Array.from({ length: 1_000_003 }, (_, index) => (index * 7_919) % 251));
  const whole = Buffer.concat([bytes, bytes, bytes]);
  const draft = await create(client, {
    subject: 'large',
    attachments: [
      { blobId: await client.upload(whole), name: 'a.bin', type: 'application/octet-stream' },
      { blobId: await client.upload(bytes), name: 'b.bin', type: 'application/octet-stream' },
    ],
  });
  const { list } = await client.call('Email/get', { ids: [draft['id']], properties: ['attachments'] });
  const parts = (list as { attachments: { blobId: string; name: string }[] }[])[0]?.attachments ?? [];
  for (const [index, expected] of [whole, bytes].entries()) {
    const response = await client.download(parts[index]?.blobId ?? '');
    assert.ok(expected.equals(Buffer.from(await response.arrayBuffer())), `part ${index}`);
  }
  const source = await download(client, draft);
  assert.ok(source.split('\r\n').every(line => line.length <= 78));
});
