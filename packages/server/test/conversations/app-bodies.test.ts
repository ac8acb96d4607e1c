import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FakeS3, fakeS3Credentials } from '@hongyan/testkit/stores/fake-s3.ts';
import { parseConfig } from '../../src/app/config/load.ts';
import { startServer } from '../../src/app/start-server.ts';
import { openImap, subjectsOf } from '../app-fixture/clients.ts';
import { hongyan, startServe, temporaryFolder, writeConfig } from '../app-fixture/program.ts';

const password = 'wild goose 9';
const bob = 'bob@hongyan.test';

interface Bodies {
  readonly packs: number;
  readonly small: number;
  readonly bytes: number;
  readonly dead: number;
  readonly kept: number;
  readonly waiting: { readonly bodies: number; readonly bytes: number };
  readonly done?: { readonly bodies: number; readonly packs: number; readonly merged: number };
}

function configure(folder: string, fake: FakeS3): string {
  const secret = join(folder, 's3.secret');
  writeFileSync(secret, `${fakeS3Credentials.secretKey}\n`);
  return writeConfig(
    folder,
    `[monitoring]
port = 0
[store.objects]
url = ${JSON.stringify(fake.endpoint)}
bucket = ${JSON.stringify(fake.bucket)}
access_key = ${JSON.stringify(fakeS3Credentials.accessKey)}
secret_key_file = ${JSON.stringify(secret)}
pack_after = "1 h"
`,
  );
}

test('bodies --pack packs and merges at once, and metrics and command tell the same of what lies where', async () => {
  using folder = temporaryFolder();
  await using fake = await FakeS3.start();
  const file = configure(folder.path, fake);
  const bodies = async (...flags: string[]): Promise<Bodies> => {
    const answer = await hongyan(['--config', file, '--json', 'bodies', ...flags]);
    assert.equal(answer.code, 0, answer.stdout + answer.stderr);
    return answer.json<Bodies>();
  };
  const sizes = [100, 120_000, 130_000, 140_000];
  {
    const config = parseConfig(file, readFileSync(file, 'utf8'));
    await using server = await startServer({ config, sample: { password } });
    const imap = await openImap(server.ports.imaps ?? 0, bob, password);
    for (const size of sizes)
      await imap.append('INBOX', `Subject: ${size}\r\n\r\n${randomBytes(size).toString('base64')}\r\n`);
    await imap.logout();
  }
  const before = await bodies();
  assert.deepEqual([before.packs, before.small, before.kept, before.waiting.bodies], [3, 3, 0, 1]);
  assert.ok(before.waiting.bytes > 0);
  assert.equal(before.done, undefined, 'only looking moves nothing');
  assert.equal(fake.objects.size, 3);

  const after = await bodies('--pack');
  assert.equal(after.done?.bodies, 1);
  assert.ok((after.done?.merged ?? 0) >= 3, JSON.stringify(after));
  assert.deepEqual([after.packs, after.waiting], [1, { bodies: 0, bytes: 0 }]);
  const again = await bodies('--pack');
  assert.deepEqual(again.done, { bodies: 0, packs: 0, merged: 0 }, 'there is nothing left to do');

  await using server = await startServe(['--config', file]);
  const { monitoring } = server.ready as unknown as { monitoring: number };
  const metrics = await (await fetch(`http://127.0.0.1:${monitoring}/metrics`)).text();
  const value = (name: string): number =>
    Number(
      metrics
        .split('\n')
        .find(line => line.startsWith(`${name} `))
        ?.split(' ')[1] ?? Number.NaN,
    );
  const stored = await bodies();
  assert.deepEqual(
    ['all', 'small', 'kept'].map(what => value(`hongyan_packs{what="${what}"}`)),
    [stored.packs, stored.small, stored.kept],
  );
  assert.deepEqual(
    ['all', 'dead', 'waiting'].map(what => value(`hongyan_packs_bytes{what="${what}"}`)),
    [stored.bytes, stored.dead, stored.waiting.bytes],
  );
  const imap = await openImap(server.ready.ports.imaps, bob, password);
  assert.deepEqual(await subjectsOf(imap), sizes.map(String));
  await imap.mailboxOpen('INBOX');
  for (const [i, size] of sizes.entries()) {
    const message = await imap.fetchOne(String(i + 1), { source: true });
    assert.ok(message && message.source && message.source.length > size, 'its body is there');
  }
  await imap.logout();
});
