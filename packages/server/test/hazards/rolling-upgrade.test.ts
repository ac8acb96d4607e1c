import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { findPostgres, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import { defaultConfig } from '../../src/app/config/load.ts';
import { startServer } from '../../src/app/start-server.ts';
import { builtMain, sourceMain } from '../app-fixture/built-program.ts';
import { openImap, sendMail, subjectsOf } from '../app-fixture/clients.ts';
import {
  eventually,
  type ServerProcess,
  startServe,
  temporaryFolder,
  writeConfig,
} from '../app-fixture/program.ts';

const password = 'wild goose 9';
const [alice, bob] = ['alice@hongyan.test', 'bob@hongyan.test'];
const programs = findPostgres();
const skip = programs ? false : 'PostgreSQL is not installed';
const hook = pathToFileURL(join(import.meta.dirname, '../app-fixture/next-release.ts')).href;
const next = { NODE_OPTIONS: `--import=${hook}` };

function startNode(
  folder: string,
  url: string,
  name: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const keys = join(folder, name, 'data', 'keys');
  mkdirSync(keys, { recursive: true });
  if (name !== 'a') copyFileSync(join(folder, 'a', 'data', 'keys', 'master.key'), join(keys, 'master.key'));
  const file = writeConfig(
    join(folder, name),
    `[node]\nname = "${name}"\n[store]\nurl = ${JSON.stringify(url)}\nconnections = 10\nblobs = ${JSON.stringify(join(folder, 'blobs'))}\n`,
  );
  // What becomes another release while it is loaded is the sources.
  const main = env['NODE_OPTIONS'] === next.NODE_OPTIONS ? sourceMain : builtMain;
  return startServe(['--config', file, '--processes', '1'], env, main);
}

test('a release with one more step in every schema runs beside this one, which works on and starts again; a breaking one locks it out', {
  skip,
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  using folder = temporaryFolder();
  const base = defaultConfig();
  mkdirSync(join(folder.path, 'a', 'data'), { recursive: true });
  {
    const config = {
      ...base,
      data: join(folder.path, 'a', 'data'),
      node: { name: 'maker' },
      roles: [],
      store: { ...base.store, url: postgres.url, connections: 10, blobs: join(folder.path, 'blobs') },
      access: { ...base.access, hashMemory: 1024 * 1024, hashPasses: 1 },
    };
    await using _server = await startServer({ config, sample: { password } });
  }
  const acknowledged: string[] = [];
  const send = async (node: ServerProcess, subject: string): Promise<void> => {
    await sendMail(node.ready.ports.submissions, alice, password, { to: bob, subject });
    acknowledged.push(subject);
  };
  const sees = async (node: ServerProcess): Promise<void> => {
    const imap = await openImap(node.ready.ports.imaps, bob, password);
    await eventually(async () => {
      const subjects = await subjectsOf(imap);
      return subjects.length === acknowledged.length && acknowledged.every(one => subjects.includes(one));
    }, 'all that was acknowledged is there, once');
    await imap.logout();
  };

  const old = await startNode(folder.path, postgres.url, 'a');
  await using _old = old;
  await send(old, 'before');
  // Mail comes in at the old node all the while the new one changes the tables.
  const upgraded = new AbortController();
  const sender = (async (): Promise<void> => {
    for (let number = 1; !upgraded.signal.aborted; number += 1) await send(old, `meanwhile ${number}`);
  })();
  const starting = startNode(folder.path, postgres.url, 'b', next);
  await using newer = await starting.finally(() => {
    upgraded.abort();
  });
  await sender;
  await send(old, 'at the old one');
  await send(newer, 'at the new one');
  for (const node of [old, newer]) await sees(node);

  // The old release starts again beside the new one.
  assert.equal(await old.stop(), 0);
  {
    await using again = await startNode(folder.path, postgres.url, 'a');
    await send(again, 'started again');
    for (const node of [again, newer]) await sees(node);
    assert.equal(await again.stop(), 0);
  }
  assert.equal(await newer.stop(), 0);

  await using breaking = await startNode(folder.path, postgres.url, 'b', {
    ...next,
    HONGYAN_TEST_RELEASE: 'breaking',
  });
  await assert.rejects(startNode(folder.path, postgres.url, 'a'), /newer release/);
  await assert.rejects(startNode(folder.path, postgres.url, 'c', next), /newer release/);
  await send(breaking, 'after the break');
  await sees(breaking);
});
