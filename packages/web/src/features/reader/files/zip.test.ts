import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { safeNames, zip } from './zip.ts';

test('names in an archive lead nowhere and stand once', () => {
  assert.deepEqual(safeNames(['../../etc/passwd', 'a.pdf', 'A.pdf', '', 'exe.\u202efdp', '报价.xlsx']), [
    '_.._etc_passwd',
    'a.pdf',
    'A (2).pdf',
    'file',
    'exe._fdp',
    '报价.xlsx',
  ]);
});

const python = ['/usr/bin/python3', '/usr/local/bin/python3'].find(path => existsSync(path));

test('another program unpacks what was packed', { skip: python ? false : 'no Python' }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-zip-'));
  try {
    const blob = zip(
      [
        { name: '订舱单.txt', bytes: new TextEncoder().encode('舱位 2 个') },
        { name: 'empty', bytes: new Uint8Array() },
        { name: 'bytes.bin', bytes: Uint8Array.from({ length: 100_000 }, (_, at) => at & 0xff) },
      ],
      new Date(2026, 2, 18, 15, 12, 30),
    );
    const file = join(folder, 'a.zip');
    writeFileSync(file, new Uint8Array(await blob.arrayBuffer()));
    const script = `import zipfile;z=zipfile.ZipFile(${JSON.stringify(file)});assert z.testzip() is None;z.extractall(${JSON.stringify(folder)});print([(i.filename,i.date_time) for i in z.infolist()])`;
    const told = execFileSync(python ?? '', ['-c', script], { encoding: 'utf8' });
    assert.match(told, /'订舱单\.txt', \(2026, 3, 18, 15, 12, 30\)/);
    assert.equal(readFileSync(join(folder, '订舱单.txt'), 'utf8'), '舱位 2 个');
    assert.equal(readFileSync(join(folder, 'bytes.bin')).length, 100_000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
