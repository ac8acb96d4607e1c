import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { appendMessages } from '../../src/mailbox/append.ts';
import { expungeMessages } from '../../src/mailbox/expunge.ts';
import type { SearchQuery } from '../../src/mailbox/search-query.ts';
import { indexStatus } from '../../src/mailbox/searching/index-status.ts';
import type { BlobStore } from '../../src/store/blob-store.ts';
import { found, openSearch, type SearchHouse } from '../search-fixture/search-house.ts';
import { mail, makeAccount, message, openHouse } from '../store-fixture/mailbox-fixture.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

const texts = [
  mail('合同编号 A-2026-118 已签署', '', '张伟：长江大桥项目的合同已经签署，请查收。'),
  mail('周报', 'Cc: 王芳 <wang.fang@mail.example.com>\n', '本周完成了数据中心的迁移，下周开始测试。'),
  mail('会议纪要：江苏工厂', '', '参加人：伟强、江南。结论：桥接方案通过。'),
  mail('請求書について', '', 'お世話になっております。株式会社山田の請求書をお送りします。データセンター'),
  mail('회의 일정', '', '내일 오후 세 시에 회의실에서 만나요. 데이터센터 이전'),
  mail('Donaudampfschifffahrtsgesellschaft', '', 'Die Straße nach Köln ist gesperrt. Größe: 42 m²'),
  mail(
    'Quarterly report',
    'X-Project: Wild-Goose\n',
    'The re-port of Q3: revenue 1,234,567.89 EUR; call +86 10 6655-7788.',
  ),
  mail(
    'Reporting',
    'Message-ID: <abc.def@host.example.cn>\n',
    'report REPORT RePoRt; see https://www.example.cn/a/b?id=4711',
  ),
  mail('ＦＵＬＬ ｗｉｄｔｈ １２３', '', 'ｶﾀｶﾅ and カタカナ; ﬁne ligature; Ⅷ'),
  mail('emoji 😀 and €', '', `x${'y'.repeat(500)}z ❤️ → end`),
  mail(
    'html',
    'MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n',
    '<p>公司<b>年会</b>节目&nbsp;单</p><style>p{color:redstyle}</style>',
  ),
  mail(
    'gbk',
    'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n',
    Buffer.from('东风破 ไปโรงเรียน ព្រះ Привет, мир! Ελλάδα').toString('base64'),
  ),
  mail('signed', 'DKIM-Signature: v=1; b=SecretLetters\n', 'nothing'),
  mail('报告 告示', '', '报告。告示 / 一一一 / 啊'),
];

const needles = [
  '合同',
  '合',
  '江',
  '张伟',
  '长江大桥',
  '江大',
  '大桥项目的合同',
  '桥',
  '伟',
  '数据',
  'データ',
  'ータセ',
  '請求書',
  'の',
  '회의',
  '회',
  '데이터센터',
  '만나요.',
  'dampf',
  'Straße',
  'STRASSE',
  'köln',
  'größe: 42',
  'report',
  'REPORT',
  'port',
  're-port',
  're',
  'q3: rev',
  '1,234',
  '234,567',
  '567.89',
  '6655-7788',
  '55-77',
  '+86 10',
  'example.cn',
  'wang.fang@mail.example.com',
  'fang@mail',
  'wang.',
  'abc.def@',
  '<abc',
  'subject: ',
  'subject',
  'x-project: wild',
  'goose',
  'full width',
  'カタカナ',
  'ｶﾀｶﾅ',
  'fine',
  'viii',
  '123',
  '😀',
  '€',
  'and €',
  'yyyyyyyyyy',
  `x${'y'.repeat(100)}`,
  `${'y'.repeat(33)}z`,
  '❤',
  '→ end',
  '年会',
  '公司年会',
  '年会节目',
  'redstyle',
  '东风',
  'โรง',
  'Привет',
  'МИР',
  'ελλ',
  'secretletters',
  'dkim',
  '报告示',
  '告。告',
  '一一',
  '一一一',
  '一一一一',
  '啊',
  '。',
  '!',
  ' ',
  'zzz',
  '不存在',
  '\ud83d',
  'id=4711',
  'a/b?id',
  'text/html',
];

const keys = ['text', 'body', 'subject', 'from', 'to', 'cc', 'bcc'] as const;

function queries(): SearchQuery[] {
  return needles.flatMap(
    value =>
      [
        ...keys.map(key => ({ key, value })),
        { key: 'header', field: 'X-Project', value },
        { key: 'header', field: 'subject', value },
        { key: 'header', field: 'dkim-signature', value },
        { key: 'not', child: { key: 'text', value } },
      ] satisfies SearchQuery[],
  );
}

const presence: readonly SearchQuery[] = ['x-project', 'X-Proj', 'DKIM-Signature', 'Message-ID', '', '-'].map(
  field => ({
    key: 'header',
    field,
    value: '',
  }),
);

async function compare(
  house: SearchHouse,
  plain: SearchHouse['indexed'],
  scope: Parameters<typeof found>[1],
): Promise<void> {
  for (const query of [...queries(), ...presence]) {
    const [scan, fast] = [await found(plain, scope, query), await found(house.indexed, scope, query)];
    assert.deepEqual(fast, scan, JSON.stringify(query));
  }
}

/** A blob store that counts what is read. */
function counting(blobs: BlobStore): { readonly blobs: BlobStore; readonly reads: () => number } {
  let reads = 0;
  const count = <F extends (...parameters: never[]) => unknown>(work: F): F =>
    ((...parameters: never[]) => {
      reads += 1;
      return work(...parameters);
    }) as F;
  const read = count(blobs.read.bind(blobs));
  const readRange = count(blobs.readRange.bind(blobs));
  return {
    blobs: new Proxy(blobs, {
      get: (target, name) =>
        name === 'read' ? read : name === 'readRange' ? readRange : Reflect.get(target, name, target),
    }),
    reads: () => reads,
  };
}

test('REA-12, RFC 9051 §6.4.4: a search with the index finds what a scan finds, whatever the script', async () => {
  using folder = temporaryDirectory();
  await using house = await openHouse(folder.path);
  const scope = await makeAccount(house);
  await using search = openSearch(house);
  for (const text of texts.slice(0, 10))
    await appendMessages(house.ctx, scope, 1, [await message(house, text)]);
  assert.deepEqual(await indexStatus(search.indexed, scope), { available: false, behind: 10 });
  assert.equal(await search.index(scope), 10);
  assert.deepEqual(await indexStatus(search.indexed, scope), { available: true, behind: 0 });
  await compare(search, house.ctx, scope);
  // Not indexed yet: found all the same.
  for (const text of texts.slice(10)) await appendMessages(house.ctx, scope, 1, [await message(house, text)]);
  assert.deepEqual(await indexStatus(search.indexed, scope), { available: true, behind: texts.length - 10 });
  await compare(search, house.ctx, scope);
  assert.equal(await search.index(scope), texts.length - 10);
  await compare(search, house.ctx, scope);
  assert.equal(await search.index(scope), 0);
});

test('words and Chinese phrases are answered by the index alone: no body is opened', async () => {
  using folder = temporaryDirectory();
  await using house = await openHouse(folder.path);
  const scope = await makeAccount(house);
  await using search = openSearch(house);
  for (const text of texts) await appendMessages(house.ctx, scope, 1, [await message(house, text)]);
  await search.index(scope);
  const counted = counting(house.ctx.blobs);
  const ctx = { ...search.indexed, blobs: counted.blobs };
  for (const value of ['合同', '江', '长江大桥', 'port', '데이터센터', '告示'])
    assert.ok((await found(ctx, scope, { key: 'text', value })).length > 0, value);
  assert.equal(counted.reads(), 0);
  assert.deepEqual(await found(ctx, scope, { key: 'body', value: 're-port' }), [7]);
  assert.ok(counted.reads() <= 2, 'only candidates are looked into');
});

test('the end of a needle may be the beginning of many words, in its own field only', async () => {
  using folder = temporaryDirectory();
  await using house = await openHouse(folder.path);
  const scope = await makeAccount(house);
  await using search = openSearch(house);
  const subjects = ['Offer 77, confirmed', 'Offer 771', 'Offer 7', 'Order 772', 'Re: offer 7é', '77 offers'];
  for (const subject of subjects)
    await appendMessages(house.ctx, scope, 1, [
      await message(house, mail(subject, '', 'offer 773, 77é and 779')),
    ]);
  await search.index(scope);
  const uids = (value: string): Promise<number[]> => found(search.indexed, scope, { key: 'subject', value });
  assert.deepEqual(await uids('offer 77'), [1, 2]);
  assert.deepEqual(await uids('offer 7'), [1, 2, 3, 5]);
  assert.deepEqual(await uids(' 7'), [1, 2, 3, 4, 5]);
  assert.deepEqual(await uids('offer 773'), []);
});

test('words are found however often the index grew between two searches', async () => {
  using folder = temporaryDirectory();
  await using house = await openHouse(folder.path);
  const scope = await makeAccount(house);
  await using search = openSearch(house);
  // Lists of words are joined every eighth time: past the second joining of joined lists.
  for (let uid = 1; uid <= 70; uid += 1) {
    await appendMessages(house.ctx, scope, 1, [
      await message(house, mail(`letter ${uid}`, '', `wordof${uid}end`)),
    ]);
    await search.index(scope);
    const query: SearchQuery = { key: 'text', value: `ordof${uid}en` };
    assert.deepEqual(await found(search.indexed, scope, query), [uid], `word of letter ${uid}`);
  }
  assert.equal((await found(search.indexed, scope, { key: 'text', value: 'ordof' })).length, 70);
});

test('a text longer than any letter stays out of the index, and is found all the same', async () => {
  using folder = temporaryDirectory();
  await using house = await openHouse(folder.path);
  const scope = await makeAccount(house);
  await using search = openSearch(house);
  const line = `${'port of call '.repeat(75)}\r\n`;
  const long = `Subject: log\r\n\r\n${line.repeat(Math.ceil((5 * 1024 * 1024) / line.length))}zuletzt\r\n`;
  await appendMessages(house.ctx, scope, 1, [await message(house, long)]);
  await search.index(scope);
  assert.deepEqual(await found(search.indexed, scope, { key: 'body', value: 'zuletzt' }), [1]);
});

test('expunged messages leave the index, and what goes unnoticed is found out', async () => {
  using folder = temporaryDirectory();
  await using house = await openHouse(folder.path);
  const scope = await makeAccount(house);
  await using search = openSearch(house);
  for (const text of texts)
    await appendMessages(house.ctx, scope, 1, [await message(house, text, { bits: 8 })]);
  await search.index(scope);
  const ids = async (): Promise<number> =>
    (await search.search.use(scope, index => index.ids(0, 100)))?.length ?? 0;
  assert.equal(await ids(), texts.length);
  await expungeMessages(house.ctx, scope, 1, [[1, 4]]);
  await compare(search, house.ctx, scope);
  await search.index(scope);
  assert.equal(await ids(), texts.length - 4);
  await compare(search, house.ctx, scope);
});

test('a broken or foreign index file is thrown away; searching goes on by scan', async () => {
  using folder = temporaryDirectory();
  await using house = await openHouse(folder.path);
  const scope = await makeAccount(house);
  await using search = openSearch(house);
  await appendMessages(house.ctx, scope, 1, [await message(house, texts[0] ?? '')]);
  await search.index(scope);
  const path = search.search.path(scope);
  await search.thread[Symbol.asyncDispose]();
  await search.search[Symbol.asyncDispose]();
  writeFileSync(path, Buffer.alloc(20_000, 0x41));
  assert.deepEqual(await found(search.indexed, scope, { key: 'text', value: '合同' }), [1]);
  assert.equal(existsSync(path), false);
  assert.equal(await search.index(scope), 1);
  assert.deepEqual(await found(search.indexed, scope, { key: 'text', value: '合同' }), [1]);
  // An index of an account that had this number before.
  await search.search.use(scope, async index => {
    const from = await index.marks();
    assert.ok(from);
    const to = { ...from, accountCreatedAt: from.accountCreatedAt - 1 };
    assert.equal(await index.apply({ from, to, add: [], remove: [1] }), true);
  });
  assert.deepEqual(await found(search.indexed, scope, { key: 'text', value: '合同' }), [1]);
  assert.equal(await search.index(scope), 1);
});
