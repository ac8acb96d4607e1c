import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ZipFile } from 'yazl';
import type { Scope } from '../../src/access/scope.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import { expungeMessages } from '../../src/mailbox/expunge.ts';
import { indexStatus } from '../../src/mailbox/searching/index-status.ts';
import { MailError } from '../../src/platform/errors.ts';
import { defaultExtractLimits } from '../../src/search/extract/limits.ts';
import { updateIndex } from '../../src/search/update-index.ts';
import { found, openSearch, type SearchHouse } from '../search-fixture/search-house.ts';
import {
  type MailboxHouse,
  mail,
  makeAccount,
  message,
  openHouse,
} from '../store-fixture/mailbox-fixture.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

const child = fileURLToPath(new URL('../search-fixture/index-child.ts', import.meta.url));

interface Child {
  /** Resolves when it was killed or is done; the lines it wrote. */
  readonly ended: Promise<string[]>;
}

/** Runs an indexing process; with `batches` it is killed without warning after as many. */
function runChild(folder: string, bootId: string, batches: number | null): Child {
  const process_ = spawn(process.execPath, [child, folder, bootId], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(process_, 'exit');
  const read = async (): Promise<string[]> => {
    const lines: string[] = [];
    for await (const line of createInterface({ input: process_.stdout })) {
      lines.push(line);
      if (batches !== null && lines.length > batches) process_.kill('SIGKILL');
    }
    await exit;
    return lines;
  };
  return { ended: read() };
}

async function fill(house: MailboxHouse, scope: Scope, from: number, count: number): Promise<void> {
  for (let n = from; n < from + count; n += 1) {
    const text = mail(`信件 ${n}`, '', `number n${n}x, ${n % 3 === 0 ? '长江大桥' : 'bridge'}`);
    await appendMessages(house.ctx, scope, 1, [await message(house, text, { bits: 8 })]);
  }
}

/** The index has each message once, and finds what a scan finds. */
async function assertWhole(
  house: MailboxHouse,
  search: SearchHouse,
  scope: Scope,
  last: number,
): Promise<void> {
  assert.deepEqual(await indexStatus(search.indexed, scope), { available: true, behind: 0 });
  const ids = (await search.search.use(scope, index => index.ids(0, 10_000))) ?? [];
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(ids.length, (await found(house.ctx, scope, { key: 'all' })).length);
  await search.search.use(scope, index => index.check());
  for (const value of ['长江大桥', 'bridge', '信件', 'n7x', `n${last}x`, '江'])
    assert.deepEqual(
      await found(search.indexed, scope, { key: 'text', value }),
      await found(house.ctx, scope, { key: 'text', value }),
      value,
    );
}

test('kill -9 while indexing loses nothing and doubles nothing', async () => {
  using folder = temporaryDirectory();
  await using house = await openHouse(folder.path, { bootId: 'group' });
  const scope = await makeAccount(house);
  await fill(house, scope, 0, 90);
  for (const batches of [1, 2, 0, 3]) await runChild(folder.path, 'group', batches).ended;
  const lines = await runChild(folder.path, 'group', null).ended;
  assert.equal(lines.at(-1), 'done');
  await using search = openSearch(house);
  await assertWhole(house, search, scope, 89);
});

test('two processes on one index, while mail comes and goes', async () => {
  using folder = temporaryDirectory();
  await using house = await openHouse(folder.path, { bootId: 'group' });
  const scope = await makeAccount(house);
  await fill(house, scope, 0, 60);
  const children = [runChild(folder.path, 'group', null), runChild(folder.path, 'group', null)];
  await expungeMessages(house.ctx, scope, 1, [[5, 20]]);
  await fill(house, scope, 60, 30);
  await expungeMessages(house.ctx, scope, 1, [[55, 70]]);
  for (const { ended } of children) assert.equal((await ended).at(-1), 'done');
  await using search = openSearch(house);
  await search.index(scope);
  await assertWhole(house, search, scope, 89);
});

async function docx(xml: Buffer): Promise<string> {
  const file = new ZipFile();
  file.addBuffer(xml, 'word/document.xml');
  file.end();
  const chunks: Buffer[] = [];
  for await (const chunk of file.outputStream) chunks.push(chunk as Buffer);
  const encoded = Buffer.concat(chunks)
    .toString('base64')
    .replaceAll(/(.{76})/g, '$1\n');
  return `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n正文在此\n--b\nContent-Type: application/octet-stream; name=a.docx\nContent-Transfer-Encoding: base64\n\n${encoded}\n--b--\n`;
}

test('REA-12: an attachment that brings the thread down costs its own text only', async () => {
  using folder = temporaryDirectory();
  await using house = await openHouse(folder.path);
  const scope = await makeAccount(house);
  // Memory is what a hostile file can take: here there is little.
  const extract = {
    ...defaultExtractLimits,
    maxEntryBytes: 1 << 30,
    maxUnpackedBytes: 1 << 30,
    maxText: 1 << 28,
    maxMs: 1e9,
  };
  await using search = openSearch(house, { heapMiB: 40, extract });
  const harmless = await docx(Buffer.from('<t>附件里的字</t>'));
  const greedy = await docx(
    Buffer.from(
      `<t>${'<a b="'.padEnd(40, 'x')}"/>`.repeat(3) + '<t>'.repeat(100) + 'y'.repeat(150 * 1024 * 1024),
    ),
  );
  for (const text of [harmless, greedy, harmless]) {
    await appendMessages(house.ctx, scope, 1, [await message(house, `Subject: x\n${text}`)]);
  }
  assert.equal(await search.index(scope), 3);
  assert.deepEqual(await found(search.indexed, scope, { key: 'text', value: '正文' }), [1, 2, 3]);
  assert.deepEqual(await found(search.indexed, scope, { key: 'text', value: '附件里' }), [1, 3]);
  assert.deepEqual(await found(search.indexed, scope, { key: 'body', value: '附件里的字' }), [1, 3]);
});

test('a full disk leaves the index as it was; searching goes on', async () => {
  using folder = temporaryDirectory();
  await using house = await openHouse(folder.path);
  const scope = await makeAccount(house);
  await using search = openSearch(house);
  await fill(house, scope, 0, 10);
  await search.index(scope);
  await fill(house, scope, 10, 10);
  const full = {
    ...search.context,
    search: {
      ...search.search,
      use: () => Promise.reject(new MailError('store.full')),
    },
  };
  await assert.rejects(updateIndex(full, search.thread, scope), { code: 'store.full' });
  const value = '长江大桥';
  const expected = await found(house.ctx, scope, { key: 'text', value });
  assert.deepEqual(await found(search.indexed, scope, { key: 'text', value }), expected);
  assert.deepEqual(
    await found({ ...house.ctx, search: full.search }, scope, { key: 'text', value }),
    expected,
  );
  await search.index(scope);
  await assertWhole(house, search, scope, 19);
});
