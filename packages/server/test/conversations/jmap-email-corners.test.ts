import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type JmapClient, objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';

let house: JmapHouse;
let client: JmapClient;
let boxes: Record<string, string>;

before(async () => {
  house = await openJmapHouse();
  await house.receive('alice@hongyan.test', 'Subject: first\r\n\r\nx\r\n');
  client = await house.client(house.web.alice);
  boxes = await client.mailboxes();
});

after(() => house[Symbol.asyncDispose]());

type Objects = Record<string, unknown>;

const bodyValues = { t: { value: 'hi' } };
const plain = { bodyStructure: { type: 'text/plain', partId: 't' }, bodyValues };

/** What became of a new email: its object, or its SetError. */
async function make(email: object): Promise<Objects> {
  const response = await client.call('Email/set', {
    create: { k: { mailboxIds: { [String(boxes['drafts'])]: true }, ...email } },
  });
  return objectsIn(response['created'])['k'] ?? objectsIn(response['notCreated'])['k'] ?? {};
}

async function get(id: unknown, properties: readonly string[], more: object = {}): Promise<Objects> {
  const { list } = await client.call('Email/get', { ids: [id], properties, ...more });
  return (list as Objects[])[0] ?? {};
}

async function bring(text: string): Promise<string> {
  const data = [{ 'data:asText': text.replaceAll('\n', '\r\n') }];
  const uploaded = await client.call('Blob/upload', { create: { k: { data } } });
  const { created } = await client.call('Email/import', {
    emails: {
      k: {
        blobId: objectsIn(uploaded['created'])['k']?.['id'],
        mailboxIds: { [String(boxes['inbox'])]: true },
      },
    },
  });
  return String(objectsIn(created)['k']?.['id']);
}

const refused: readonly (readonly [string, object, readonly string[]])[] = [
  ['headers', { ...plain, headers: [] }, ['headers']],
  ['headers of a part', { ...plain, bodyStructure: { partId: 't', headers: [] } }, ['bodyStructure/headers']],
  ['one field twice', { ...plain, from: [{ email: 'a@b' }], 'header:FROM': ' x@y' }, ['header:FROM']],
  [
    'one field in two spellings',
    { ...plain, 'header:X-A': ' 1', 'header:x-a:asText': '2' },
    ['header:x-a:asText'],
  ],
  [
    'a form that is not for the field',
    { ...plain, 'header:Subject:asAddresses': [] },
    ['header:Subject:asAddresses'],
  ],
  ['Content- fields', { ...plain, 'header:Content-Language': ' en' }, ['header:Content-Language']],
  ['a bodyStructure beside lists', { ...plain, textBody: [{ partId: 't' }] }, ['bodyStructure', 'textBody']],
  [
    'a field above and in the structure',
    { ...plain, subject: 'x', bodyStructure: { partId: 't', 'header:subject': ' y' } },
    ['bodyStructure/header:subject'],
  ],
  ['two text bodies', { textBody: [{ partId: 't' }, { partId: 't' }], bodyValues }, ['textBody']],
  ['no text body in the list', { textBody: [], bodyValues }, ['textBody']],
  [
    'a text body of another type',
    { textBody: [{ partId: 't', type: 'text/html' }], bodyValues },
    ['textBody'],
  ],
  [
    'an HTML body of another type',
    { htmlBody: [{ partId: 't', type: 'text/plain' }], bodyValues },
    ['htmlBody'],
  ],
  [
    'partId and blobId',
    { textBody: [{ partId: 't', blobId: 'Bx' }], bodyValues },
    ['textBody/partId', 'attachments/partId'],
  ],
  ['a partId without value', { bodyStructure: { partId: 'u' }, bodyValues }, ['bodyStructure/partId']],
  [
    'charset and size with partId',
    { bodyStructure: { partId: 't', charset: 'utf-8', size: 2 }, bodyValues },
    ['bodyStructure/charset', 'bodyStructure/size'],
  ],
  [
    'a transfer encoding',
    { bodyStructure: { partId: 't', 'header:Content-Transfer-Encoding': ' 8bit' }, bodyValues },
    ['bodyStructure/header:Content-Transfer-Encoding'],
  ],
  ['a truncated value', { ...plain, bodyValues: { t: { value: 'x', isTruncated: true } } }, ['bodyValues/t']],
  [
    'a damaged value',
    { ...plain, bodyValues: { t: { value: 'x', isEncodingProblem: true } } },
    ['bodyValues/t'],
  ],
  ['what the server sets', { ...plain, id: 'e7', preview: 'x', size: 1 }, ['id', 'preview', 'size']],
  ['no mailbox', { ...plain, mailboxIds: {} }, ['mailboxIds']],
];

for (const [what, email, properties] of refused) {
  test(`RFC 8621 §4.6: a new email with ${what} is refused, and the properties are named`, async () => {
    const { type, properties: named } = await make(email);
    assert.equal(type, 'invalidProperties');
    const list = named as string[];
    assert.ok(list.length > 0 && list.every(name => properties.includes(name)), String(list));
  });
}

test('RFC 8621 §4.6: every blob that is missing is named', async () => {
  const attachments = [{ blobId: 'Bx1' }, { blobId: 'Bx2' }];
  const { type, notFound } = await make({ textBody: [{ partId: 't' }], bodyValues, attachments });
  assert.deepEqual([type, notFound], ['blobNotFound', ['Bx1', 'Bx2']]);
});

test('RFC 8621 §4.1.2, §4.1.3: fields are set in every form, several of a name too, and read back the same', async () => {
  const fields = {
    'header:X-List:asText:all': ['一', 'two'],
    'header:X-Raw:all': [' a', ' b'],
    'header:List-Unsubscribe:asURLs': ['https://x.test/1', 'mailto:a@b.test'],
    'header:Resent-Message-ID:asMessageIds': ['a@b.test'],
    'header:References:asMessageIds': ['1@a.test', '2@a.test'],
    'header:Resent-Date:asDate': '2026-01-02T03:04:05+08:00',
    'header:Resent-To:asGroupedAddresses': [
      { name: '组, x', addresses: [{ name: 'A "B"', email: 'a@b.test' }] },
      { name: null, addresses: [{ name: null, email: 'c@d.test' }] },
    ],
    'header:X-People:asAddresses:all': [
      [{ name: '张伟', email: 'z@w.test' }],
      [{ name: null, email: 'a@b.test' }],
    ],
  };
  const { id } = await make({ ...plain, ...fields });
  const { id: _id, ...read } = await get(id, Object.keys(fields));
  assert.deepEqual(read, fields);
  const none = await get(id, ['header:X-None', 'header:X-None:all', 'header:x-RAW']);
  assert.deepEqual(none, { id, 'header:X-None': null, 'header:X-None:all': [], 'header:x-RAW': ' b' });
});

test('RFC 8621 §4.2: a form that is not for the field ends the call', async () => {
  for (const property of [
    'header:From:asDate',
    'header:Received:asText',
    'header:Subject:asURLs',
    'header:',
    'header:a:b',
  ]) {
    const [response] = await client.request([['Email/get', { ids: [], properties: [property] }]]);
    assert.equal(response?.args['type'], 'invalidArguments', property);
    const bodyProperties = [property];
    const [inPart] = await client.request([['Email/get', { ids: [], bodyProperties }]]);
    assert.equal(inPart?.args['type'], 'invalidArguments', property);
  }
});

test('RFC 8621 §4.1.2.2: control characters in encoded words are dropped', async () => {
  const id = await bring('Subject: =?utf-8?Q?a=00b=07c=0D=0Ad?=\nFrom: =?utf-8?Q?J=00o?= <j@x.test>\n\nx\n');
  const { subject, from } = await get(id, ['subject', 'from']);
  assert.deepEqual([subject, from], ['abcd', [{ name: 'Jo', email: 'j@x.test' }]]);
});

test('RFC 8621 §4.1.3: Sender and Reply-To are there when the message has them, though they repeat From', async () => {
  const repeats = await bring('From: a@b.test\nSender: a@b.test\nReply-To: a@b.test\nSubject: x\n\nx\n');
  const author = [{ name: null, email: 'a@b.test' }];
  assert.deepEqual(await get(repeats, ['sender', 'replyTo']), {
    id: repeats,
    sender: author,
    replyTo: author,
  });
  const lacks = await bring('From: a@b.test\nSubject: x\n\nx\n');
  assert.deepEqual(await get(lacks, ['sender', 'replyTo']), { id: lacks, sender: null, replyTo: null });
});

test('RFC 8621 §4.1.4: a charset or transfer encoding that nobody knows is told; one that is known is not', async () => {
  const problems: unknown[] = [];
  for (const fields of [
    'Content-Transfer-Encoding: x-foo\nContent-Type: text/plain; charset=utf-8',
    'Content-Type: text/plain; charset=x-nope',
    'Content-Transfer-Encoding: 8BIT\nContent-Type: text/plain; charset=utf-8',
    'X: y',
  ]) {
    const { bodyValues: values } = await get(await bring(`Subject: q\n${fields}\n\nabc\n`), ['bodyValues'], {
      fetchAllBodyValues: true,
    });
    problems.push(objectsIn(values)['1']?.['isEncodingProblem']);
  }
  assert.deepEqual(problems, [true, true, false, false]);
});

test('RFC 8621 §4.4.1: a header condition with an empty text asks whether the field is there', async () => {
  const { id } = await make({ ...plain, 'header:X-Here': ' yes' });
  for (const header of [['X-Here'], ['x-here', ''], ['X-HERE', 'YES']]) {
    assert.deepEqual((await client.call('Email/query', { filter: { header } }))['ids'], [id], header.join());
  }
  const { ids } = await client.call('Email/query', { filter: { header: ['X-Here', 'no'] } });
  assert.deepEqual(ids, []);
});

test('RFC 8621 §4.9: parts of a message that is attached in base64 can be downloaded, too', async () => {
  const inner = [
    'Subject: inner',
    'Content-Type: multipart/mixed; boundary=i',
    '',
    '--i',
    '',
    'text',
    '--i',
    'Content-Type: application/pdf',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('the document').toString('base64'),
    '--i--',
    '',
  ].join('\r\n');
  const id = await bring(
    `Subject: outer\nContent-Type: multipart/mixed; boundary=o\n\n--o\n\nsee\n--o\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n${Buffer.from(inner).toString('base64')}\n--o--\n`,
  );
  const { attachments } = await get(id, ['attachments']);
  const [attached] = attachments as { blobId: string }[];
  const { parsed } = await client.call('Email/parse', {
    blobIds: [attached?.blobId],
    properties: ['subject', 'bodyStructure'],
  });
  const { subject, bodyStructure } = objectsIn(parsed)[attached?.blobId ?? ''] ?? {};
  assert.equal(subject, 'inner');
  const parts = (bodyStructure as { subParts: { blobId: string; type: string }[] }).subParts;
  assert.deepEqual(
    parts.map(part => part.type),
    ['text/plain', 'application/pdf'],
  );
  assert.equal(await (await client.download(parts[1]?.blobId ?? '')).text(), 'the document');
});

test('RFC 8620 §5.3: tens of thousands of patches in one update end soon, in a named error', async () => {
  const patches = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`keywords/k${n}`, true]));
  const { notUpdated } = await client.call('Email/set', { update: { e1: patches } });
  assert.equal(objectsIn(notUpdated)['e1']?.['type'], 'tooManyKeywords');
});

test('RFC 8620 §6.2, RFC 6266: the file name comes back as it was asked for, the type too', async () => {
  const { blobId } = await get('e1', ['blobId']);
  const cases = [
    ['季度报表（最终版）—— 华东大区销售明细.xlsx', null],
    ['plain name.txt', 'attachment; filename="plain name.txt"'],
    ['a/b "c"\\d.txt', 'attachment; filename="a/b \\"c\\"\\\\d.txt"'],
    ["it's (1)*.txt", 'attachment; filename="it\'s (1)*.txt"'],
  ] as const;
  for (const [name, expected] of cases) {
    const url = `${house.url}/jmap/download/${client.accountId}/${String(blobId)}/${encodeURIComponent(name)}?accept=text%2Fcsv`;
    const response = await fetch(url, { headers: { authorization: client.authorization } });
    const disposition = response.headers.get('content-disposition') ?? '';
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'text/csv']);
    if (expected !== null) assert.equal(disposition, expected);
    else assert.equal(decodeURIComponent(/filename\*=UTF-8''([^;]*)$/.exec(disposition)?.[1] ?? ''), name);
  }
  assert.deepEqual(house.complaints, []);
});
