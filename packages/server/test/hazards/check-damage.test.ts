import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FakeS3, fakeS3Credentials } from '@hongyan/testkit/stores/fake-s3.ts';
import { statement } from '../../src/store/sql/port.ts';
import { codes, Installation, run } from '../app-fixture/installation.ts';
import { hongyan, temporaryFolder } from '../app-fixture/program.ts';

/** Mail waits in rows for an hour before it goes to the bucket. */
function waiting(folder: string, fake: FakeS3): Installation {
  const secret = join(folder, 's3.secret');
  writeFileSync(secret, `${fakeS3Credentials.secretKey}\n`);
  return new Installation(
    folder,
    `[store.objects]
url = ${JSON.stringify(fake.endpoint)}
bucket = ${JSON.stringify(fake.bucket)}
access_key = ${JSON.stringify(fakeS3Credentials.accessKey)}
secret_key_file = ${JSON.stringify(secret)}
pack_after = "1 h"
`,
  );
}

const unreadable = statement('SELECT COUNT(*) AS n FROM blob_waiting WHERE blob_id = 777777');
const subjects = ['one', 'three', 'two'];

test('check --repair gives bodies that wait in rows of their own their rows again: there is no other copy', async () => {
  using folder = temporaryFolder();
  await using fake = await FakeS3.start();
  const house = waiting(folder.path, fake);
  await house.fill();
  const clean = await house.check();
  assert.deepEqual([codes(clean.findings), codes(clean.surplus)], [[], []]);

  // Row and record of a body have lost each other.
  await house.spoil(run('UPDATE blob_waiting SET blob_id = blob_id + 500000'));
  assert.deepEqual(codes((await house.check()).findings), ['body.dangling', 'body.lost']);
  assert.deepEqual(codes((await house.check('--repair')).findings), ['body.dangling ✓', 'body.lost']);
  assert.deepEqual(codes((await house.check()).findings), []);

  // Rows are gone, records are there; one beside them is nothing that anybody could read.
  await house.spoil(run('DELETE FROM blob', 'DELETE FROM blob_link'));
  await house.spoil(tx =>
    tx.run(statement('INSERT INTO blob_waiting (blob_id, record) VALUES (777777, $1)'), Buffer.alloc(300, 7)),
  );
  const lost = await house.check('--repair');
  assert.deepEqual(codes(lost.findings), ['body.dangling ✓', 'body.missing']);
  assert.deepEqual(codes((await house.check('--repair')).findings), ['body.unlinked ✓']);
  assert.equal(await house.count(unreadable), 0);
  const after = await house.check();
  assert.deepEqual([codes(after.findings), codes(after.surplus)], [[], []]);

  // A second record of a body that is sound is of no use.
  await house.spoil(
    run('INSERT INTO blob_waiting (blob_id, record) SELECT 888888, record FROM blob_waiting LIMIT 1'),
  );
  assert.deepEqual(codes((await house.check('--repair')).findings), ['body.dangling ✓']);
  assert.deepEqual(codes((await house.check()).findings), []);

  assert.deepEqual(await house.subjects(), subjects);
});

test('a word index that is damaged is thrown away by check, and made again by the server: mail is found as before', async () => {
  using folder = temporaryFolder();
  const house = new Installation(folder.path);
  await house.fill();
  const made = await hongyan(['--config', house.file, 'reindex', '--all']);
  assert.equal(made.code, 0, made.stdout + made.stderr);
  assert.deepEqual(await house.found('two'), 1);
  const files = globSync(join(folder.path, 'data/tenants/*/search/*.db'));
  assert.ok(files.length > 0);
  const inside = (file: string): string[] => [file, `${file}-wal`].filter(name => existsSync(name));
  for (const file of files.flatMap(inside)) {
    const bytes = readFileSync(file);
    // The header stays: it is a database still, with nothing to be relied on in it.
    bytes.fill(0xa5, Math.min(4096, bytes.length));
    writeFileSync(file, bytes);
  }
  const report = await house.check();
  assert.deepEqual(codes(report.findings), [], 'no mail is concerned');
  assert.deepEqual(codes(report.surplus), ['search.discarded ✓']);
  assert.deepEqual(codes((await house.check()).surplus), []);
  assert.deepEqual(await house.found('two'), 1);
});
