// Runs before the tests of the browser, never beside them: Chromium drops its requests when a network of this machine comes
// or goes (ERR_NETWORK_CHANGED).
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { JmapClient } from '@hongyan/testkit/jmap-client.ts';
import { findPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { temporaryFolder } from '../app-fixture/program.ts';
import { cannotMakeHosts, commandOn, DatabaseHost, MailHost, Network } from '../network-fixture/hosts.ts';

const password = 'wild goose 9';
const [alice, bob] = ['alice@hongyan.test', 'bob@hongyan.test'];
const programs = findPostgres();
const skip = programs ? cannotMakeHosts() : 'PostgreSQL is not installed';

/** The load: mail comes in at both nodes one after the other, is read by IMAP and looked for by JMAP. */
class Load {
  readonly acknowledged = new Set<string>();
  readonly refused: string[] = [];
  readonly #nodes: Map<string, MailHost>;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[] = [];
  #number = 0;
  reads = 0;

  constructor(nodes: Map<string, MailHost>) {
    this.#nodes = nodes;
    for (const name of ['a', 'b']) this.#running.push(this.#send(name), this.#imap(name), this.#jmap(name));
  }

  /** One mail; whether it was acknowledged. */
  async one(name: string): Promise<boolean> {
    const node = this.#nodes.get(name);
    if (!node) return false;
    const subject = `mail ${(this.#number += 1)} at ${name}`;
    const transport = createTransport({
      host: node.address,
      port: node.port('submissions'),
      secure: true,
      auth: { user: alice, pass: password },
      tls: { rejectUnauthorized: false },
      connectionTimeout: 2_000,
      socketTimeout: 20_000,
    });
    try {
      await transport.sendMail({ from: alice, to: bob, subject, text: '鸿雁传书' });
      this.acknowledged.add(subject);
      return true;
    } catch {
      this.refused.push(subject);
      return false;
    } finally {
      transport.close();
    }
  }

  async #loop(everyMs: number, work: () => Promise<unknown>): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await work().catch(() => undefined);
      await sleep(everyMs);
    }
  }

  #send(name: string): Promise<void> {
    return this.#loop(250, () => this.one(name));
  }

  #imap(name: string): Promise<void> {
    return this.#loop(700, async () => {
      const node = this.#nodes.get(name);
      if (node) await subjectsAt(node);
      this.reads += 1;
    });
  }

  #jmap(name: string): Promise<void> {
    return this.#loop(700, async () => {
      const node = this.#nodes.get(name);
      if (!node) return;
      const url = `http://${node.address}:${node.port('web')}`;
      const client = await JmapClient.signIn(url, bob, password);
      await client.call('Email/query', { limit: 5 });
      this.reads += 1;
    });
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }
}

async function subjectsAt(node: MailHost): Promise<string[]> {
  const client = new ImapFlow({
    host: node.address,
    port: node.port('imaps'),
    secure: true,
    auth: { user: bob, pass: password },
    tls: { rejectUnauthorized: false },
    logger: false,
    connectionTimeout: 3_000,
    socketTimeout: 20_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.mailboxOpen('INBOX');
    const subjects: string[] = [];
    if (client.mailbox && client.mailbox.exists > 0)
      for await (const { envelope } of client.fetch('1:*', { envelope: true }))
        subjects.push(envelope?.subject ?? '');
    return subjects;
  } finally {
    client.close();
  }
}

async function within(ms: number, what: string, check: () => Promise<boolean>): Promise<number> {
  const begin = performance.now();
  while (!(await check().catch(() => false))) {
    if (performance.now() - begin > ms) throw new Error(`never happened: ${what}`);
    await sleep(100);
  }
  return Math.round(performance.now() - begin);
}

/** The company hongyan.test with alice@ and bob@. */
async function makeCompany(network: Network, config: string): Promise<void> {
  const words = ['--config', config];
  const input = `${password}\n`;
  await commandOn(network, 'a', [...words, 'setup', '--domain', 'hongyan.test', '--password-stdin'], input);
  for (const address of [alice, bob])
    await commandOn(network, 'a', [...words, 'user', 'add', address, '--password-stdin'], input);
}

interface Scene {
  readonly t: TestContext;
  readonly network: Network;
  readonly database: DatabaseHost;
  readonly nodes: Map<string, MailHost>;
  readonly load: Load;
  readonly start: (name: string) => Promise<void>;
}

async function killNode({ t, nodes, load, start }: Scene): Promise<void> {
  const [a, b] = [nodes.get('a'), nodes.get('b')];
  assert.ok(a && b);
  const before = new Set(load.acknowledged);
  nodes.delete('a');
  await a.kill();
  const accepts = await within(20_000, 'the other node accepts', () => load.one('b'));
  const there = await within(60_000, 'what was acknowledged is there', async () => {
    const subjects = new Set(await subjectsAt(b));
    return [...before].every(subject => subjects.has(subject));
  });
  t.diagnostic(`kill -9 of a node: mail accepted after ${accepts} ms, all of before there after ${there} ms`);
  await start('a');
}

async function cutNode({ t, network, database, load }: Scene): Promise<void> {
  network.cut('b', database.address);
  const begin = performance.now();
  await within(20_000, 'the other node accepts', () => load.one('a'));
  // Nothing is taken that cannot be kept.
  assert.equal(await load.one('b'), false, 'a node without its database acknowledges nothing');
  const away = Math.round(performance.now() - begin);
  network.mend('b', database.address);
  const back = await within(60_000, 'the node accepts again', () => load.one('b'));
  t.diagnostic(`a node cut off for ${away} ms: it accepts again after ${back} ms`);
}

async function restartDatabase({ t, database, load }: Scene): Promise<void> {
  await database.stop();
  await database.start();
  const times = await Promise.all(
    ['a', 'b'].map(name => within(60_000, `${name} accepts again`, () => load.one(name))),
  );
  t.diagnostic(`database restarted: nodes accept after ${times.join(' and ')} ms`);
}

async function fillDisk({ t, database, load }: Scene): Promise<void> {
  database.fill();
  const refused = load.refused.length;
  await within(60_000, 'mail is refused', async () => load.refused.length > refused);
  database.empty();
  const begin = performance.now();
  if (!database.running) await database.start();
  await Promise.all(['a', 'b'].map(name => within(60_000, `${name} accepts again`, () => load.one(name))));
  t.diagnostic(
    `disk full, then emptied: both nodes accept after ${Math.round(performance.now() - begin)} ms`,
  );
}

test('two nodes and a database host under load: a node killed, one cut off, the database restarted, its disk full; nothing acknowledged is lost or doubled', {
  skip,
  timeout: 280_000,
}, async t => {
  assert.ok(programs);
  using folder = temporaryFolder();
  // The database's user has to get to its disk.
  chmodSync(folder.path, 0o755);
  using network = new Network();
  await using database = await DatabaseHost.make(programs, network, join(folder.path, 'disk'), 256);
  const addresses = { a: network.add('a'), b: network.add('b') };
  const nodes = new Map<string, MailHost>();
  await using started = new AsyncDisposableStack();
  const configs = new Map<string, string>();
  for (const name of ['a', 'b']) {
    const home = join(folder.path, name);
    mkdirSync(join(home, 'data', 'keys'), { recursive: true });
    const config = join(home, 'hongyan.toml');
    configs.set(name, config);
    writeFileSync(
      config,
      `data = "data"\nhostname = "mail.hongyan.test"\n[node]\nname = "${name}"\n[store]\nurl = ${JSON.stringify(database.url)}\nconnections = 10\nblobs = ${JSON.stringify(join(folder.path, 'blobs'))}\n[listen]\nhosts = ["0.0.0.0"]\n[access]\nhash_memory = "1 MB"\nhash_passes = 1\n`,
    );
  }
  const start = async (name: string): Promise<void> => {
    const address = addresses[name as 'a' | 'b'];
    const node = await MailHost.start(network, name, address, configs.get(name) ?? '');
    started.use(node);
    nodes.set(name, node);
  };
  await makeCompany(network, configs.get('a') ?? '');
  const key = join('data', 'keys', 'master.key');
  copyFileSync(join(folder.path, 'a', key), join(folder.path, 'b', key));
  await start('a');
  await start('b');

  const load = new Load(nodes);
  const scene: Scene = { t, network, database, nodes, load, start };
  try {
    await within(30_000, 'the load runs', async () => load.acknowledged.size > 10);
    await killNode(scene);
    await cutNode(scene);
    await restartDatabase(scene);
    await fillDisk(scene);
  } finally {
    await load.end();
  }
  const b = nodes.get('b');
  assert.ok(b);
  let subjects: string[] = [];
  await within(60_000, 'all acknowledged mail is there', async () => {
    subjects = await subjectsAt(b);
    return [...load.acknowledged].every(subject => subjects.includes(subject));
  });
  assert.equal(subjects.length, new Set(subjects).size, 'nothing is there twice');
  t.diagnostic(
    `${load.acknowledged.size} acknowledged, ${load.refused.length} refused for the time being, ${load.reads} reads`,
  );
  const checked = await commandOn(network, 'a', ['--config', configs.get('a') ?? '', 'check', '--json']);
  assert.match(checked, /"findings":\[\]/);
});
