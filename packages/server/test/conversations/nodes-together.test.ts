import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { JmapClient } from '@hongyan/testkit/jmap-client.ts';
import { findPostgres, type PostgresServer, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import type { Config, Role } from '../../src/app/config/config.ts';
import { defaultConfig } from '../../src/app/config/load.ts';
import { StartError } from '../../src/app/start-error.ts';
import { type RunningServer, startServer } from '../../src/app/start-server.ts';
import { openImap, sendMail, subjectsOf } from '../app-fixture/clients.ts';
import { eventually, temporaryFolder } from '../app-fixture/program.ts';

const password = 'wild goose 9';
const programs = findPostgres();
const skip = programs ? false : 'PostgreSQL is not installed';
let postgres: PostgresServer;

before(async () => {
  if (programs) postgres = await startPostgres(programs);
});
after(async () => {
  if (programs) await postgres[Symbol.asyncDispose]();
});

interface NodeOptions {
  readonly roles?: readonly Role[];
  readonly schema: string;
  readonly blobs?: string;
}

function config(folder: string, name: string, options: NodeOptions): Config {
  const base = defaultConfig();
  const services = ['smtp', 'submission', 'submissions', 'imap', 'imaps', 'pop3', 'pop3s', 'sieve', 'web'];
  const data = join(folder, name);
  mkdirSync(data, { recursive: true });
  return {
    ...base,
    data,
    node: { name },
    hostname: 'mail.hongyan.test',
    roles: options.roles ?? base.roles,
    store: {
      ...base.store,
      url: postgres.url,
      schema: options.schema,
      connections: 10,
      blobs: options.blobs ?? join(folder, 'blobs'),
    },
    listen: {
      ...base.listen,
      ...Object.fromEntries(services.map(service => [service, 0])),
      hosts: ['127.0.0.1'],
    },
    access: { ...base.access, hashMemory: 1024 * 1024, hashPasses: 1 },
  };
}

/** What an operator does for a second node: the key of the first. */
function shareKey(folder: string, from: string, to: string): void {
  mkdirSync(join(folder, to, 'keys'), { recursive: true });
  copyFileSync(join(folder, from, 'keys', 'master.key'), join(folder, to, 'keys', 'master.key'));
}

function port(server: RunningServer, service: 'submissions' | 'imaps' | 'web'): number {
  const found = server.ports[service];
  assert.ok(found);
  return found;
}

async function startError(starting: Promise<RunningServer>): Promise<string> {
  try {
    await using _server = await starting;
    return 'started';
  } catch (error) {
    if (error instanceof StartError) return error.phrase;
    throw error;
  }
}

test('mail that comes in at one node is told to IDLE and to EventSource at the other', { skip }, async () => {
  using folder = temporaryFolder();
  const schema = 'together';
  await using a = await startServer({ config: config(folder.path, 'a', { schema }), sample: { password } });
  shareKey(folder.path, 'a', 'b');
  await using b = await startServer({ config: config(folder.path, 'b', { schema }) });
  const imap = await openImap(port(b, 'imaps'), 'bob@hongyan.test', password);
  const jmap = await JmapClient.signIn(`http://127.0.0.1:${port(b, 'web')}`, 'alice@hongyan.test', password);
  try {
    await imap.mailboxOpen('INBOX');
    const exists = new Promise<number>(resolve => imap.once('exists', ({ count }) => resolve(count)));
    void imap.idle();
    const source = await fetch(
      `http://127.0.0.1:${port(b, 'web')}/jmap/eventsource?types=*&closeafter=state&ping=0`,
      { headers: { authorization: jmap.authorization, accept: 'text/event-stream' } },
    );
    assert.equal(source.status, 200);
    await sendMail(port(a, 'submissions'), 'alice@hongyan.test', password, {
      to: 'bob@hongyan.test, alice@hongyan.test',
      subject: '隔机相闻',
    });
    assert.equal(await exists, 1);
    assert.match(await source.text(), /event: state/);
    assert.deepEqual(await subjectsOf(imap), ['隔机相闻']);
    const body = await imap.download('1');
    assert.ok(body.content);
    const chunks: Buffer[] = [];
    for await (const chunk of body.content) chunks.push(Buffer.from(chunk as Uint8Array));
    const sent = Buffer.from('鸿雁传书').toString('base64');
    assert.ok(Buffer.concat(chunks).includes(sent), 'the body was written by the other node');
  } finally {
    await imap.logout();
  }
});

test('roles on separate nodes: what one accepts the other is woken for, and a sign-in holds at both', {
  skip,
}, async () => {
  using folder = temporaryFolder();
  const schema = 'apart';
  await using edge = await startServer({
    config: config(folder.path, 'edge', { schema, roles: ['submission', 'web'] }),
    sample: { password },
  });
  shareKey(folder.path, 'edge', 'inner');
  const inner = await startServer({
    config: config(folder.path, 'inner', { schema, roles: ['imap', 'web', 'worker'] }),
  });
  await using _inner = inner;
  assert.equal(edge.flow.dispatcher, null);
  const imap = await openImap(port(inner, 'imaps'), 'bob@hongyan.test', password);
  try {
    await imap.mailboxOpen('INBOX');
    await sendMail(port(edge, 'submissions'), 'alice@hongyan.test', password, {
      to: 'bob@hongyan.test',
      subject: 'over there',
    });
    await eventually(async () => (await subjectsOf(imap)).includes('over there'), 'the worker node delivers');
  } finally {
    await imap.logout();
  }
  // A web sign-in is a row: its cookie is as good at the other node.
  const answer = await fetch(`http://127.0.0.1:${port(edge, 'web')}/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: 'alice@hongyan.test', password }),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  const cookie = answer.headers
    .getSetCookie()
    .map(one => one.split(';', 1)[0])
    .join('; ');
  const elsewhere = await fetch(`http://127.0.0.1:${port(inner, 'web')}/auth/session`, {
    headers: { cookie },
  });
  assert.equal(elsewhere.status, 200, await elsewhere.clone().text());
});

test('a node is refused whose name is taken, whose key is another, or whose bodies are elsewhere', {
  skip,
}, async () => {
  using folder = temporaryFolder();
  const schema = 'refused';
  await using _a = await startServer({ config: config(folder.path, 'a', { schema }), sample: { password } });
  const second = config(folder.path, 'b', { schema });
  assert.equal(await startError(startServer({ config: second })), 'serve.master_key_missing');
  mkdirSync(join(second.data, 'keys'), { recursive: true });
  writeFileSync(join(second.data, 'keys', 'master.key'), Buffer.alloc(32, 7));
  assert.equal(await startError(startServer({ config: second })), 'serve.master_key_differs');
  rmSync(join(second.data, 'keys', 'master.key'));
  shareKey(folder.path, 'a', 'b');
  const away = config(folder.path, 'b', { schema, blobs: join(folder.path, 'b', 'blobs') });
  assert.equal(await startError(startServer({ config: away })), 'serve.blobs_elsewhere');
  const twin = { ...second, node: { name: 'a' } };
  assert.equal(await startError(startServer({ config: twin })), 'serve.node_name_taken');
  assert.equal(await startError(startServer({ config: second })), 'started');
});
