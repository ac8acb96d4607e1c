import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { tenantScope } from '../../src/access/scope.ts';
import { openHouse } from '../flow-fixture/house.ts';

const recipients = 1000;
/** Several messages, so that the files' growth by whole pages evens out. */
const messages = 4;
/** What a copy may add, bytes: the row, its indexes and what the server adds in front. */
const bytesPerCopy = 1536;

function diskBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

test('a message to 1,000 colleagues adds its body once and a row for each (MSG single instance)', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-thousand-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const members = Array.from({ length: recipients }, (_, n) => `u${n}@hongyan.test`);
  const all = ['all@hongyan.test'];
  let bodies = 0;
  // The first message makes the mailboxes' files; closing folds the logs into them.
  {
    await using house = await openHouse({ folder });
    const alice = await house.addUser('alice@hongyan.test');
    await Promise.all(members.map(address => house.addUser(address)));
    const admin = tenantScope(house.tenantId, 'test');
    await house.directory.createGroup(admin, { address: 'all@hongyan.test', displayName: 'All', members });
    await house.submit(alice, all, 'From: alice@hongyan.test\r\nSubject: first\r\n\r\ntext\r\n');
    await house.start().settled();
    bodies = await house.countBodies();
  }
  const before = diskBytes(folder);
  let sent = 0;
  {
    await using house = await openHouse({ folder });
    const resolved = await house.directory.resolve('alice@hongyan.test');
    assert.equal(resolved.kind, 'account');
    const { accountId } = resolved.kind === 'account' ? resolved : { accountId: 0 };
    const login = 'alice@hongyan.test';
    const dispatcher = house.start();
    for (let n = 0; n < messages; n += 1) {
      // Random, so that compression cannot hide a second copy.
      const body = randomBytes(75_000).toString('base64').replaceAll(/.{76}/g, '$&\r\n');
      const text = `From: ${login}\r\nSubject: ${n}\r\nContent-Transfer-Encoding: base64\r\n\r\n${body}\r\n`;
      sent += text.length;
      await house.submit({ kind: 'account', tenantId: house.tenantId, accountId, login }, all, text);
      await dispatcher.settled();
    }
    assert.equal((await house.countBodies()) - bodies, messages);
    for (const index of [0, 1, 499, 999]) {
      assert.equal((await house.messages(`u${index}@hongyan.test`)).length, messages + 1);
    }
  }
  const grown = diskBytes(folder) - before;
  t.diagnostic(`${((grown - sent) / messages / recipients).toFixed(0)} bytes a copy beside the body`);
  assert.ok(grown < sent + messages * recipients * bytesPerCopy, `grew by ${grown} for ${sent}`);
});
