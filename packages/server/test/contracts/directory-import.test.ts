import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { onlyFiles, place } from '@hongyan/testkit/stores/databases.ts';
import yazl from 'yazl';
import { PasswordHasher } from '../../src/access/passwords/password-hasher.ts';
import { type Scope, tenantScope } from '../../src/access/scope.ts';
import { listOperations } from '../../src/directory/administrators/operation-log.ts';
import type { DirectoryContext } from '../../src/directory/context.ts';
import { createDirectory, createDirectoryContext, type Directory } from '../../src/directory/directory.ts';
import { getImport, listImportRows } from '../../src/directory/import/batch.ts';
import type { ImportContext } from '../../src/directory/import/context.ts';
import { importErrorFile, importPasswordFile, importTemplate } from '../../src/directory/import/downloads.ts';
import { readSheet } from '../../src/directory/import/files/read-sheet.ts';
import { writeCsv, writeXlsx } from '../../src/directory/import/files/write-sheet.ts';
import { previewImport } from '../../src/directory/import/preview.ts';
import { runImport } from '../../src/directory/import/run.ts';
import { undoImport } from '../../src/directory/import/undo.ts';
import { createMember } from '../../src/directory/members/create.ts';
import { orderPlan } from '../../src/directory/plans/tenant-plan.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { type ErrorCode, isMailError } from '../../src/platform/errors.ts';
import { silentLog } from '../../src/platform/log.ts';
import { statement } from '../../src/store/sql/port.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';

interface House {
  readonly clock: FakeClock;
  readonly ctx: DirectoryContext;
  readonly importing: ImportContext;
  readonly directory: Directory;
  readonly scope: Scope;
  readonly other: Scope;
  /** Accounts that have signed in. */
  readonly signedIn: Set<number>;
}

async function withHouse(run: (house: House) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-import-'));
  const clock = new FakeClock();
  try {
    await using database = await openSystemDatabase(place(join(folder, 'system.db')), clock);
    const ctx = createDirectoryContext({ database, clock });
    const directory = createDirectory(ctx);
    const company = async (name: string, domain: string): Promise<Scope> => {
      const scope = tenantScope((await directory.createTenant(name)).tenantId, 'test');
      await directory.addDomain(scope, domain);
      return scope;
    };
    const signedIn = new Set<number>();
    const importing: ImportContext = {
      directory: ctx,
      log: silentLog,
      hasSignedIn: async (_tenant, ids) => ids.some(id => signedIn.has(id)),
    };
    const scope = await company('鸿雁', 'hongyan.test');
    const other = await company('Away', 'away.test');
    await run({ clock, ctx, importing, directory, scope, other, signedIn });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const fails = (work: Promise<unknown>, code: ErrorCode): Promise<void> =>
  assert.rejects(work, error => isMailError(error, code), code);

const file = (bytes: Uint8Array | string): { name: string; bytes: Uint8Array } => ({
  name: 'people.csv',
  bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
});

const header = ['姓名', '账号', '邮箱', '手机号', '部门', '职务'];

async function rowsOf(bytes: Uint8Array): Promise<string[][]> {
  return (await readSheet(bytes)).map(row => [...row.cells]);
}

/** The text in GBK: Node decodes it but cannot write it, so the pairs are looked up. */
function gbk(text: string): Buffer {
  const decoder = new TextDecoder('gbk');
  const pairs = new Map<string, readonly number[]>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      pairs.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail]);
    }
  }
  return Buffer.from(Array.from(text).flatMap(char => pairs.get(char) ?? [...Buffer.from(char)]));
}

test('DIR-03: a table reads the same as XLSX, CSV in UTF-8 with and without mark, UTF-16 and GBK', async () => {
  const rows = [header, ['张三', 'zs', 'zhangsan', '13800138000', '销售/北区', '“经理”, 主管']];
  const text = Buffer.from(writeCsv(rows)).toString().slice(1);
  assert.deepEqual(await rowsOf(await writeXlsx(rows)), rows);
  assert.deepEqual(await rowsOf(writeCsv(rows)), rows);
  assert.deepEqual(await rowsOf(Buffer.from(text)), rows);
  assert.deepEqual(await rowsOf(gbk(text)), rows);
  assert.deepEqual(await rowsOf(Buffer.from(`\ufeff${text}`, 'utf16le')), rows);
  assert.deepEqual(await rowsOf(Buffer.from('姓名;手机号\r\n李四;1\r\n')), [
    ['姓名', '手机号'],
    ['李四', '1'],
  ]);
});

async function zipped(parts: Record<string, string>): Promise<Uint8Array> {
  const zip = new yazl.ZipFile();
  for (const [name, text] of Object.entries(parts)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('DIR-03: cells of a workbook as Excel writes them: shared texts, numbers with exponent, gaps, no phonetic guides', async () => {
  const workbook = await zipped({
    'xl/workbook.xml': '<workbook xmlns:r="x"><sheets><sheet name="a" r:id="rId7"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="rId7" Target="/xl/worksheets/people.xml"/></Relationships>',
    'xl/sharedStrings.xml':
      '<x:sst xmlns:x="y"><x:si><x:r><x:t>姓</x:t></x:r><x:r><x:t>名</x:t></x:r><x:rPh><x:t>xing</x:t></x:rPh></x:si></x:sst>',
    'xl/worksheets/people.xml':
      '<worksheet><sheetData><row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="str"><f>A1</f><v>手机</v></c></row>' +
      '<row r="5"><c r="A5" t="inlineStr"><is><t>张三</t></is></c><c r="C5"><v>1.3800138E10</v></c><c r="D5" t="e"><v>#REF!</v></c></row></sheetData></worksheet>',
  });
  assert.deepEqual(await readSheet(workbook), [
    { line: 2, cells: ['姓名', '', '手机'] },
    { line: 5, cells: ['张三', '', '13800138000', ''] },
  ]);
});

test('DIR-03: hostile files are refused by name: zip bombs, entities, damaged and foreign ones, too many rows', async () => {
  const book = '<workbook xmlns:r="x"><sheets><sheet name="a" r:id="r"/></sheets></workbook>';
  const sheet = (xml: string): Promise<Uint8Array> =>
    zipped({ 'xl/workbook.xml': book, 'xl/worksheets/sheet1.xml': xml });
  const bomb = await sheet(`<worksheet>${' '.repeat(70 * 1024 * 1024)}</worksheet>`);
  assert.ok(bomb.length < 100_000);
  await fails(readSheet(bomb), 'import.unreadable');
  const laughs =
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>';
  await fails(readSheet(await sheet(laughs)), 'import.unreadable');
  await fails(readSheet(await sheet('<worksheet>&b;</worksheet>')), 'import.unreadable');
  await fails(readSheet(await sheet('<a>'.repeat(5_000))), 'import.unreadable');
  await fails(readSheet(await sheet('<worksheet><row>')), 'import.unreadable');
  await fails(readSheet(await zipped({ 'word/document.xml': '<x/>' })), 'import.unreadable');
  const good = await writeXlsx([header]);
  for (const cut of [4, 30, good.length >> 1, good.length - 5]) {
    await fails(readSheet(good.subarray(0, cut)), 'import.unreadable');
  }
  await fails(readSheet(Buffer.from('d0cf11e0a1b11ae1', 'hex')), 'import.unreadable');
  await fails(readSheet(Buffer.from([1, 0, 2, 0, 3])), 'import.unreadable');
  await fails(readSheet(Buffer.alloc(11 * 1024 * 1024, 65)), 'import.unreadable');
  await fails(readSheet(Buffer.from(`姓名\n${'x\n'.repeat(10_002)}`)), 'limit.exceeded');
  // Random bytes may be a table of one cell, but never anything worse than the named failure.
  for (let seed = 1; seed < 200; seed += 1) {
    const noise = Buffer.from(Array.from({ length: 64 }, (_, i) => (seed * (i + 7) * 2_654_435_761) >>> 24));
    await readSheet(seed % 2 ? noise : Buffer.concat([Buffer.from('PK\u0003\u0004'), noise])).catch(error =>
      assert.ok(isMailError(error, 'import.unreadable'), String(error)),
    );
  }
});

test('DIR-03: 100 rows with 2 bad ones: 98 members, and a file with the 2 that says what is wrong', () =>
  withHouse(async ({ ctx, importing, directory, scope, other }) => {
    await createMember(ctx, scope, { address: 'taken@hongyan.test', mobile: '13900000000' });
    const rows = Array.from({ length: 100 }, (_, i) => [
      `人${i}`,
      `u${i}`,
      `m${i}`,
      `139${10_000_000 + i}`,
      '销售/北区',
      '',
    ]);
    rows[40] = ['赵明', 'u40', 'taken', '13900000000', '销售', ''];
    rows[60] = ['', 'u60', 'm 60', 'abc', '', ''];
    const batch = await previewImport(importing, scope, file(writeCsv([header, ...rows])));
    assert.deepEqual([batch.total, batch.failed, batch.state], [100, 2, 'previewed']);
    assert.equal((await directory.resolve('m0@hongyan.test')).kind, 'unknown');
    const wrong = await listImportRows(ctx, scope, batch.id, { wrong: true });
    assert.deepEqual(
      wrong.items.map(row => [row.line, row.problems]),
      [
        [
          42,
          [
            { field: 'address', code: 'address_taken', suggestion: 'taken2' },
            { field: 'mobile', code: 'mobile_taken' },
          ],
        ],
        [
          62,
          [
            { field: 'name', code: 'name_missing' },
            { field: 'address', code: 'address_invalid' },
            { field: 'mobile', code: 'mobile_invalid' },
          ],
        ],
      ],
    );
    await fails(getImport(ctx, other, batch.id), 'import.not_found');
    await fails(runImport(importing, other, batch.id), 'import.not_found');
    const running = await runImport(importing, scope, batch.id);
    await fails(runImport(importing, scope, batch.id), 'conflict.state');
    await running.finished;
    const done = await getImport(ctx, scope, batch.id);
    assert.deepEqual([done.created, done.failed, done.state], [98, 2, 'done']);
    assert.equal((await directory.resolve('m99@hongyan.test')).kind, 'account');
    const errors = await rowsOf(await importErrorFile(ctx, scope, batch.id, 'zh-CN', 'xlsx'));
    assert.equal(errors.length, 3);
    assert.match(errors[1]?.at(-1) ?? '', /邮箱: 邮箱已被使用 \(可用 taken2\)/);
    // Put right, the two are imported from that very file.
    errors[1] = ['赵明', 'u40', 'taken2', '13900000001'];
    errors[2] = ['钱六', 'u60', 'm60', ''];
    const again = await previewImport(importing, scope, file(await writeXlsx(errors)));
    assert.deepEqual([again.total, again.failed], [2, 0]);
  }));

test('DIR-03, DIR-08: addresses that are missing come from the name in pinyin; a taken one gets the next number', () =>
  withHouse(async ({ ctx, importing, scope }) => {
    await createMember(ctx, scope, { address: 'zhangsan@hongyan.test' });
    const csv = '姓名,邮箱\n张三,\n张三,\n张三,zhangsan3\nÉmile Zola,\n曾国藩,\n***,\n';
    const batch = await previewImport(importing, scope, file(csv));
    const { items } = await listImportRows(ctx, scope, batch.id, {});
    assert.deepEqual(
      items.map(row => [row.address, row.generated, row.problems.map(problem => problem.code).join()]),
      [
        ['zhangsan2@hongyan.test', true, ''],
        ['zhangsan4@hongyan.test', true, ''],
        ['zhangsan3@hongyan.test', false, ''],
        ['emilezola@hongyan.test', true, ''],
        ['zengguofan@hongyan.test', true, ''],
        ['', true, 'address_invalid'],
      ],
    );
  }));

test('DIR-03: first passwords are told to whoever ran the import, work, and are kept nowhere', () =>
  withHouse(async ({ ctx, importing, directory, scope }) => {
    const batch = await previewImport(importing, scope, file('name,email\nAnn,ann\nBen,ben\n'));
    const { passwordKey, finished } = await runImport(importing, scope, batch.id);
    await finished;
    await fails(importPasswordFile(ctx, scope, batch.id, 'wrong', 'en', 'csv'), 'access.denied');
    const rows = await rowsOf(await importPasswordFile(ctx, scope, batch.id, passwordKey, 'en', 'csv'));
    assert.deepEqual(rows[0], ['Name', 'Email', 'First password']);
    const password = rows[1]?.[2] ?? '';
    assert.match(password, /^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
    const stored = await ctx.database
      .look('provider')
      .all<{ secret: string; secret_hash: string }>(
        statement('SELECT secret, secret_hash FROM import_batch'),
      );
    assert.equal(stored[0]?.secret, '');
    const found = await directory.resolve('ann@hongyan.test');
    const [credential] = await ctx.database
      .look('provider')
      .all<{ secret: string }>(
        statement('SELECT secret FROM credential WHERE account_id = $1'),
        found.kind === 'account' ? found.accountId : 0,
      );
    assert.equal(await new PasswordHasher().verify(credential?.secret ?? null, password), true);
  }));

test('DIR-03: an import is undone while nobody of it has signed in, and its addresses are free again', () =>
  withHouse(async ({ ctx, importing, directory, scope, signedIn }) => {
    const csv = file('name,email,mobile\nAnn,ann,13800000001\nBen,ben,\n');
    const batch = await previewImport(importing, scope, csv);
    await fails(undoImport(importing, scope, batch.id), 'conflict.state');
    await (await runImport(importing, scope, batch.id)).finished;
    await undoImport(importing, scope, batch.id);
    assert.equal((await directory.resolve('ann@hongyan.test')).kind, 'unknown');
    const again = await previewImport(importing, scope, csv);
    assert.equal(again.failed, 0);
    await (await runImport(importing, scope, again.id)).finished;
    const ben = await directory.resolve('ben@hongyan.test');
    signedIn.add(ben.kind === 'account' ? ben.accountId : 0);
    await fails(undoImport(importing, scope, again.id), 'conflict.state');
    assert.equal((await getImport(ctx, scope, again.id)).created, 2);
  }));

test('an export never holds a formula, and reads back as it was', async () => {
  const nasty = ['=1+1', '+86 10', '-x', '@SUM(A1)', "'quoted", '=cmd|" /C calc"!A0'];
  const csv = Buffer.from(writeCsv([nasty])).toString();
  for (const cell of csv.slice(1).trimEnd().split(',')) assert.match(cell.replace(/^"/, ''), /^'/);
  assert.deepEqual(await rowsOf(writeCsv([nasty])), [nasty]);
  for (const format of ['csv', 'xlsx'] as const) {
    assert.equal((await rowsOf(await importTemplate('en', format)))[0]?.[0], 'Name');
  }
});

test('DIR-03, TEN-24: an import fills the seats of the plan and says for each row beyond that there is none', () =>
  withHouse(async ({ ctx, importing, scope }) => {
    await orderPlan(ctx, scope, { plan: 'basic', memberSeats: 7 });
    const lines = Array.from({ length: 10 }, (_, i) => `人${i},s${i}`);
    const batch = await previewImport(importing, scope, file(`name,address\n${lines.join('\n')}\n`));
    await (await runImport(importing, scope, batch.id)).finished;
    const done = await getImport(ctx, scope, batch.id);
    assert.deepEqual([done.created, done.failed], [7, 3]);
    const wrong = await listImportRows(ctx, scope, batch.id, { wrong: true });
    assert.deepEqual(
      wrong.items.map(row => row.problems),
      [1, 2, 3].map(() => [{ field: 'name', code: 'no_seat' }]),
    );
    const operations = await listOperations(ctx, scope, {}, null, 100);
    assert.equal(new Set(operations.map(({ id }) => id)).size, operations.length);
    assert.equal(operations.filter(({ action }) => action === 'member.created').length, 7);
  }));

// Each row costs a dozen trips to a database server.
const manyRows = onlyFiles ? 1_000 : 10_000;

test(`DIR-03: ${manyRows} rows with departments are imported`, { timeout: 60_000 }, () =>
  withHouse(async ({ ctx, importing, directory, scope }) => {
    const rows = Array.from({ length: manyRows }, (_, i) => [
      `人${i}`,
      '',
      `m${i}`,
      `139${10_000_000 + i}`,
      `D${i % 50}/T${i % 4}`,
      '工程师',
    ]);
    const batch = await previewImport(importing, scope, file(await writeXlsx([header, ...rows])));
    assert.equal(batch.failed, 0);
    await (await runImport(importing, scope, batch.id)).finished;
    const done = await getImport(ctx, scope, batch.id);
    assert.deepEqual([done.created, done.failed, done.state], [manyRows, 0, 'done']);
    assert.equal((await directory.resolve(`m${manyRows - 1}@hongyan.test`)).kind, 'account');
  }),
);
