import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImapFlow } from 'imapflow';
import { passwordCredentials } from '../../src/access/passwords.ts';
import { tenantScope } from '../../src/access/scope.ts';
import type { Config, Route } from '../../src/app/config/config.ts';
import type { House } from '../../src/app/house.ts';
import { type RunningServer, startServer } from '../../src/app/start-server.ts';
import { envelopesOf, openImap, sendMail } from '../app-fixture/clients.ts';
import { testConfig } from '../app-fixture/config.ts';
import { eventually, temporaryFolder } from '../app-fixture/program.ts';

const password = 'wild goose 9';

function config(
  data: string,
  more: { readonly routes?: readonly Route[]; readonly smtp?: number; readonly roles?: Config['roles'] } = {},
): Config {
  const base = testConfig(data);
  return {
    ...base,
    roles: more.roles ?? base.roles,
    listen: { ...base.listen, smtp: more.smtp ?? 0 },
    relay: { ...base.relay, routes: more.routes ?? [] },
  };
}

function routeTo(domain: string, port: number): Route {
  return {
    domain,
    host: '127.0.0.1',
    port,
    tls: 'opportunistic',
    username: null,
    password: null,
    passwordFile: null,
  };
}

/** A company with one member, unless it is there. */
function company(domain: string): (house: House) => Promise<void> {
  return async house => {
    const { directory, passwords } = house;
    if ((await directory.listTenants()).length > 0) return;
    const scope = tenantScope((await directory.createTenant(domain)).tenantId, 'test');
    await directory.addDomain(scope, domain);
    const credentials = await passwordCredentials(passwords, password);
    await directory.createUser(scope, { address: `user@${domain}`, role: 'administrator', credentials });
  };
}

function portOf(server: RunningServer, service: 'smtp' | 'submissions' | 'imaps'): number {
  return server.ports[service] ?? assert.fail(`no ${service}`);
}

interface Seen {
  readonly subject: string;
  readonly messageId: string;
  readonly inReplyTo: string | undefined;
}

async function first(client: ImapFlow): Promise<Seen> {
  const envelope = await eventually(async () => (await envelopesOf(client))[0], 'a message');
  const { subject = '', messageId = '', inReplyTo } = envelope;
  return { subject, messageId, inReplyTo };
}

test('two servers: a mail goes out by a route, is answered by the other, and the answer comes back in its thread', async () => {
  using home = temporaryFolder();
  using away = temporaryFolder();
  let outsidePort: number;
  {
    await using outside = await startServer({ config: config(away.path), prepare: company('outside.test') });
    outsidePort = portOf(outside, 'smtp');
  }
  const routes = [routeTo('outside.test', outsidePort)];
  await using server = await startServer({ config: config(home.path, { routes }), sample: { password } });
  const back = [routeTo('hongyan.test', portOf(server, 'smtp'))];
  await using outside = await startServer({ config: config(away.path, { routes: back, smtp: outsidePort }) });

  await sendMail(portOf(server, 'submissions'), 'alice@hongyan.test', password, {
    to: 'user@outside.test',
    subject: '询价',
  });
  const theirs = await openImap(portOf(outside, 'imaps'), 'user@outside.test', password);
  const question = await first(theirs);
  assert.equal(question.subject, '询价');
  await theirs.logout();
  await sendMail(portOf(outside, 'submissions'), 'user@outside.test', password, {
    to: 'alice@hongyan.test',
    subject: '回复：询价',
    inReplyTo: question.messageId,
    references: question.messageId,
  });
  const ours = await openImap(portOf(server, 'imaps'), 'alice@hongyan.test', password);
  const answer = await first(ours);
  assert.deepEqual([answer.subject, answer.inReplyTo], ['回复：询价', question.messageId]);
  await ours.logout();
});

test('an unknown recipient of the other server comes back as a notification to the sender', async () => {
  using home = temporaryFolder();
  using away = temporaryFolder();
  await using outside = await startServer({ config: config(away.path), prepare: company('outside.test') });
  const routes = [routeTo('outside.test', portOf(outside, 'smtp'))];
  await using server = await startServer({ config: config(home.path, { routes }), sample: { password } });
  await sendMail(portOf(server, 'submissions'), 'alice@hongyan.test', password, {
    to: 'nobody@outside.test',
    subject: 'x',
  });
  const client = await openImap(portOf(server, 'imaps'), 'alice@hongyan.test', password);
  const report = await first(client);
  const lock = await client.getMailboxLock('INBOX');
  const message = await client.fetchOne('1', { source: true });
  lock.release();
  assert.ok(message && message.source);
  assert.match(message.source.toString('latin1'), /report-type="?delivery-status/);
  assert.match(message.source.toString('latin1'), /Status: 5\.1\.1/);
  assert.notEqual(report.subject, '');
  await client.logout();
});

test('roles: a node opens only the ports of its roles, and what one accepts another delivers', async () => {
  using folder = temporaryFolder();
  {
    await using edge = await startServer({
      config: config(folder.path, { roles: ['submission'] }),
      sample: { password },
    });
    assert.deepEqual(Object.keys(edge.ports).sort(), ['submission', 'submissions']);
    assert.equal(edge.flow.dispatcher, null);
    await sendMail(portOf(edge, 'submissions'), 'alice@hongyan.test', password, {
      to: 'bob@hongyan.test',
      subject: 'later',
    });
  }
  await using inner = await startServer({ config: config(folder.path, { roles: ['imap', 'worker'] }) });
  assert.deepEqual(Object.keys(inner.ports).sort(), ['imap', 'imaps']);
  const client = await openImap(portOf(inner, 'imaps'), 'bob@hongyan.test', password);
  assert.equal((await first(client)).subject, 'later');
  await client.logout();
});
