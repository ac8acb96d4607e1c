import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fetchEntries } from '../../src/mailbox/rows.ts';
import { openView } from '../../src/mailbox/view.ts';
import { assertAccountClean } from '../../src/store/checker/check-account.ts';
import { makeAccount, openBareHouse } from '../store-fixture/mailbox-fixture.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

const worker = fileURLToPath(new URL('../store-fixture/append-worker.ts', import.meta.url));

/** Runs a worker until it has acknowledged `count` appends, then kills it without warning. Returns what it acknowledged. */
async function killAfter(folder: string, bootId: string, count: number): Promise<Map<number, number>> {
  const child = spawn(process.execPath, [worker, folder, bootId], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged = new Map<number, number>();
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const [uid = 0, bits = 0] = line.split(' ').map(Number);
    acknowledged.set(uid, bits);
    if (acknowledged.size === count) child.kill('SIGKILL');
  }
  await exit;
  return acknowledged;
}

test('kill -9 of a process: what was acknowledged is there once, flags included, and UIDs go on rising', async () => {
  using folder = temporaryDirectory();
  const all = new Map<number, number>();
  {
    await using house = openBareHouse(folder.path, { bootId: 'group' });
    await makeAccount(house);
  }
  for (const [round, bootId] of ['group', 'group', 'other'].entries()) {
    const acknowledged = await killAfter(folder.path, bootId, 40 + 17 * round);
    for (const [uid, bits] of acknowledged) {
      assert.equal(all.has(uid), false, `UID ${uid} was given out twice`);
      all.set(uid, bits);
    }
  }
  await using house = openBareHouse(folder.path, { bootId: 'group' });
  const scope = await makeAccount(house);
  const entries = new Map(
    (await fetchEntries(house.ctx, scope, 1, [[1, 0xffff_ffff]])).map(entry => [entry.uid, entry]),
  );
  for (const [uid, bits] of all) assert.equal(entries.get(uid)?.flags.bits, bits, `UID ${uid}`);
  const view = await openView(house.ctx, scope, 1);
  assert.deepEqual([...view.uids], [...entries.keys()]);
  await assertAccountClean(house.ctx.accounts, scope);
});
