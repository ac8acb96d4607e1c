import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedResults } from '@hongyan/formats/auth/results/trusted-results.ts';
import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import { type FakeZone, startFakeDns } from '@hongyan/testkit/fake-dns.ts';
import { createTransport } from 'nodemailer';
import { passwordCredentials } from '../../src/access/passwords.ts';
import { tenantScope } from '../../src/access/scope.ts';
import type { Config } from '../../src/app/config/config.ts';
import { defaultConfig } from '../../src/app/config/load.ts';
import type { House } from '../../src/app/house.ts';
import { type RunningServer, startServer } from '../../src/app/start-server.ts';
import { envelopesOf, openImap, sendMail } from '../app-fixture/clients.ts';
import { testConfig } from '../app-fixture/config.ts';
import { eventually, temporaryFolder } from '../app-fixture/program.ts';

const password = 'wild goose 9';

async function company({ directory, passwords }: House): Promise<void> {
  const scope = tenantScope((await directory.createTenant('outside.test')).tenantId, 'test');
  await directory.addDomain(scope, 'outside.test');
  const credentials = await passwordCredentials(passwords, password);
  await directory.createUser(scope, { address: 'user@outside.test', role: 'administrator', credentials });
}

/** A server that looks into what comes from this machine, too, and asks this name server. */
function screening(data: string, server: string, deadline = 5000): Config {
  const base = defaultConfig();
  return testConfig(data, {
    hostname: 'mx.outside.test',
    dns: { servers: [server], timeout: 60_000 },
    screening: { ...base.screening, loopback: true, deadline },
  });
}

/** What the server's own field says about the newest message of the member. */
async function resultsOf(server: RunningServer, folder = 'INBOX'): Promise<string[]> {
  const client = await openImap(server.ports.imaps ?? 0, 'user@outside.test', password);
  try {
    await eventually(async () => (await envelopesOf(client, folder))[0], 'a message');
    const lock = await client.getMailboxLock(folder);
    const message = await client.fetchOne('*', { source: true });
    lock.release();
    assert.ok(message && message.source);
    const results = trustedResults(new HeaderBlock(message.source), 'mx.outside.test');
    return (results?.results ?? []).map(({ method, result }) => `${method}=${result}`);
  } finally {
    await client.logout();
  }
}

/** The reply to a mail that is brought to the port for other servers. */
async function bring(server: RunningServer, from: string): Promise<string> {
  const transport = createTransport({
    host: '127.0.0.1',
    port: server.ports.smtp ?? 0,
    secure: false,
    ignoreTLS: true,
  });
  try {
    return (await transport.sendMail({ from, to: 'user@outside.test', subject: 'x', text: 'x' })).response;
  } catch (error) {
    return error instanceof Error && 'response' in error ? String(error.response) : String(error);
  } finally {
    transport.close();
  }
}

test('two servers: what one signs the other verifies; forged mail is answered with 550 5.7.1', async () => {
  using home = temporaryFolder();
  using away = temporaryFolder();
  const zone: FakeZone = {
    'hongyan.test': { txt: ['v=spf1 -all'] },
    '_dmarc.hongyan.test': { txt: ['v=DMARC1; p=reject'] },
  };
  await using dns = await startFakeDns(zone);
  await using outside = await startServer({ config: screening(away.path, dns.server), prepare: company });
  const route = {
    domain: 'outside.test',
    host: '127.0.0.1',
    port: outside.ports.smtp ?? 0,
    tls: 'opportunistic',
    username: null,
    password: null,
    passwordFile: null,
  } as const;
  const relay = { ...defaultConfig().relay, routes: [route] };
  const keys: { name: string; text: string }[] = [];
  await using server = await startServer({
    config: testConfig(home.path, { relay }),
    sample: { password },
    prepare: async ({ directory, dkim }) => {
      for (const { tenantId } of await directory.listTenants())
        for (const { record } of await dkim.list(tenantScope(tenantId, 'test'), 'hongyan.test'))
          keys.push(record);
    },
  });
  // The RSA key does not fit into one string of this name server; Ed25519 is enough.
  for (const { name, text } of keys) if (text.length < 256) zone[name] = { txt: [text] };
  Object.assign(dns.zone, zone);
  await sendMail(server.ports.submissions ?? 0, 'alice@hongyan.test', password, {
    to: 'user@outside.test',
    subject: 'x',
  });
  const results = await resultsOf(outside);
  assert.ok(
    results.includes('dmarc=pass') && results.includes('dkim=pass') && results.includes('spf=fail'),
    String(results),
  );

  const reply = await bring(outside, 'ceo@hongyan.test');
  assert.match(reply, /^550 5\.7\.1 Refused by the DMARC policy of hongyan\.test \(p=reject\)/);
});

test('a name server that is silent costs the deadline and no mail', async () => {
  using folder = temporaryFolder();
  const silent = { fails: 'silence' } as const;
  await using dns = await startFakeDns({
    'silent.test': silent,
    '_dmarc.silent.test': silent,
    '1.0.0.127.in-addr.arpa': silent,
  });
  await using server = await startServer({
    config: screening(folder.path, dns.server, 300),
    prepare: company,
  });
  assert.match(await bring(server, 'ann@silent.test'), /^250 /);
  const results = await resultsOf(server);
  assert.deepEqual(results.slice(0, 3), ['dmarc=temperror', 'spf=temperror', 'dkim=none']);
});
