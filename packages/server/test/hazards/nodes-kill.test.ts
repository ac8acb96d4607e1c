import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findPostgres, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import { defaultConfig } from '../../src/app/config/load.ts';
import { startServer } from '../../src/app/start-server.ts';
import { openImap, sendMail, subjectsOf } from '../app-fixture/clients.ts';
import {
  hongyan,
  type ServerProcess,
  startServe,
  temporaryFolder,
  writeConfig,
} from '../app-fixture/program.ts';

const password = 'wild goose 9';
const programs = findPostgres();
const skip = programs ? false : 'PostgreSQL is not installed';

/** Makes the company before the nodes start; their key is that of node a. */
async function prepare(folder: string, url: string): Promise<void> {
  const base = defaultConfig();
  const config = {
    ...base,
    data: join(folder, 'a', 'data'),
    node: { name: 'maker' },
    roles: [],
    store: { ...base.store, url, connections: 10, blobs: join(folder, 'blobs') },
    access: { ...base.access, hashMemory: 1024 * 1024, hashPasses: 1 },
  };
  mkdirSync(config.data, { recursive: true });
  await using _server = await startServer({ config, sample: { password } });
}

async function startNode(folder: string, url: string, name: string): Promise<ServerProcess> {
  const home = join(folder, name);
  const keys = join(home, 'data', 'keys');
  mkdirSync(keys, { recursive: true });
  if (name !== 'a') copyFileSync(join(folder, 'a', 'data', 'keys', 'master.key'), join(keys, 'master.key'));
  const file = writeConfig(
    home,
    `[node]\nname = "${name}"\n[store]\nurl = ${JSON.stringify(url)}\nconnections = 10\nblobs = ${JSON.stringify(join(folder, 'blobs'))}\n`,
  );
  return startServe(['--config', file, '--processes', '1']);
}

/** Waits with a deadline of the caller's: a takeover takes its time. */
async function within(ms: number, what: string, check: () => Promise<boolean>): Promise<number> {
  const begin = performance.now();
  while (!(await check())) {
    if (performance.now() - begin > ms) throw new Error(`never happened: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  return performance.now() - begin;
}

test('kill -9 of a node under load: what it acknowledged is delivered by the other, once', {
  skip,
}, async t => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  using folder = temporaryFolder();
  await prepare(folder.path, postgres.url);
  await using a = await startNode(folder.path, postgres.url, 'a');
  await using b = await startNode(folder.path, postgres.url, 'b');
  const reader = await openImap(b.ready.ports.imaps, 'bob@hongyan.test', password);
  await reader.mailboxOpen('INBOX');
  const acknowledged: string[] = [];
  const dead = new AbortController();
  let number = 0;
  const sender = async (): Promise<void> => {
    while (!dead.signal.aborted) {
      const subject = `mail ${(number += 1)}`;
      const mail = { to: 'bob@hongyan.test', subject };
      const answer = await sendMail(a.ready.ports.submissions, 'alice@hongyan.test', password, mail).catch(
        () => null,
      );
      if (answer !== null) acknowledged.push(subject);
    }
  };
  const senders = Array.from({ length: 8 }, sender);
  await within(30_000, 'some mail is acknowledged', async () => acknowledged.length >= 12);
  dead.abort();
  await a.stop('SIGKILL');
  await Promise.all(senders);
  const took = await within(60_000, 'all acknowledged mail is there', async () => {
    const there = new Set(await subjectsOf(reader));
    return acknowledged.every(subject => there.has(subject));
  });
  t.diagnostic(`${acknowledged.length} acknowledged; all there ${Math.round(took)} ms after the kill`);

  // The survivor goes on, and what the dead one had accepted without saying so may be there, but nothing twice.
  await sendMail(b.ready.ports.submissions, 'alice@hongyan.test', password, {
    to: 'bob@hongyan.test',
    subject: 'after',
  });
  await within(20_000, 'mail goes on', async () => (await subjectsOf(reader)).includes('after'));
  const subjects = await subjectsOf(reader);
  assert.deepEqual(subjects.length, new Set(subjects).size, 'nothing twice');
  await reader.logout();

  const listed = await hongyan(['--config', join(folder.path, 'b', 'hongyan.toml'), 'nodes', '--json']);
  const nodes = listed.json<{ name: string; state: string }[]>();
  assert.deepEqual(
    nodes.map(({ name, state }) => `${name} ${state}`),
    ['a dead', 'b alive'],
  );

  // The dead node starts again under its name at once, and drains when it is told to.
  await using again = await startNode(folder.path, postgres.url, 'a');
  const client = await openImap(again.ready.ports.imaps, 'bob@hongyan.test', password);
  assert.equal((await subjectsOf(client)).length, subjects.length);
  await client.logout();
  assert.equal(await again.stop(), 0);
});
