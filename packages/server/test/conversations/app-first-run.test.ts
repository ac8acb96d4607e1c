import assert from 'node:assert/strict';
import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { openImap, sendMail, subjectsOf } from '../app-fixture/clients.ts';
import { eventually, hongyan, someOffset, startServe, temporaryFolder } from '../app-fixture/program.ts';

test('the first start makes a company and tells its passwords once; the second finds everything as it was', async () => {
  using folder = temporaryFolder();
  const env = { HONGYAN_DATA: folder.path, HONGYAN_PORT_OFFSET: someOffset() };
  const first = await startServe(['--processes', '1'], env);
  const { ports } = first.ready;
  const offset = Number(env.HONGYAN_PORT_OFFSET);
  assert.deepEqual(ports, {
    smtp: 2525 + offset,
    submission: 2587 + offset,
    submissions: 2465 + offset,
    imap: 2143 + offset,
    imaps: 2993 + offset,
    pop3: 2110 + offset,
    pop3s: 2995 + offset,
    sieve: 4190 + offset,
    web: 8080 + offset,
  });
  const accounts = first.ready.first?.accounts ?? [];
  assert.deepEqual(
    accounts.map(account => account.address),
    ['admin@hongyan.test', 'alice@hongyan.test', 'bob@hongyan.test'],
  );
  assert.equal(new Set(accounts.map(account => account.password)).size, 3);
  const [, alice, bob] = accounts;
  assert.ok(alice && bob);
  await sendMail(ports.submissions, alice.address, alice.password, { to: bob.address, subject: '你好' });
  const certificate = readFileSync(join(folder.path, 'tls', 'certificate.pem'), 'utf8');
  assert.equal(await first.stop('SIGTERM'), 0);

  await using second = await startServe(['--processes', '1'], env);
  assert.equal(second.ready.first, null);
  assert.equal(readFileSync(join(folder.path, 'tls', 'certificate.pem'), 'utf8'), certificate);
  const client = await openImap(second.ready.ports.imaps, bob.address, bob.password);
  assert.deepEqual(
    await eventually(async () => {
      const found = await subjectsOf(client);
      return found.length > 0 ? found : null;
    }, 'the message'),
    ['你好'],
  );
  await client.logout();
});

test('a password for scripts comes from the environment; a weak one is refused before anything is made', async () => {
  using folder = temporaryFolder();
  const env = { HONGYAN_DATA: folder.path, HONGYAN_PORT_OFFSET: someOffset() };
  const refused = await hongyan(['serve', '--processes', '1'], {
    env: { ...env, HONGYAN_SETUP_PASSWORD: 'short' },
  });
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /too short/);
  await using server = await startServe(['--processes', '1'], {
    ...env,
    HONGYAN_SETUP_PASSWORD: 'wild goose 9',
  });
  const client = await openImap(server.ready.ports.imaps, 'admin@hongyan.test', 'wild goose 9');
  await client.logout();
});

test('what is printed at the first start can be pasted: send with curl, read with curl', {
  skip: spawnSync('curl', ['--version']).status === 0 ? false : 'curl is not installed',
}, async () => {
  using folder = temporaryFolder();
  const env = {
    HONGYAN_DATA: folder.path,
    HONGYAN_PORT_OFFSET: someOffset(),
    HONGYAN_SETUP_PASSWORD: 'wild goose 9',
  };
  await using server = await startServe(['--processes', '1'], env);
  const { banner } = await import('../../src/app/serve/banner.ts');
  const { createPhrases } = await import('@hongyan/phrases/phrases.ts');
  const { defaultConfig } = await import('../../src/app/config/load.ts');
  const first = server.ready.first;
  assert.ok(first);
  const text = banner(
    {
      version: '1',
      config: { ...defaultConfig(), data: folder.path },
      ports: server.ready.ports,
      first: {
        domain: first.domain,
        accounts: first.accounts.map(account => ({ ...account, administrator: false })),
        passwordGiven: true,
      },
      certificate: join(folder.path, 'tls', 'certificate.pem'),
      company: true,
    },
    createPhrases('zh-CN'),
  );
  assert.match(text, /已为你创建企业/);
  assert.equal(text.includes('wild goose 9'), false, 'a given password is not shown');
  const [send, read, look] = text.split('\n').filter(line => /^ {2}(?:printf|curl|ls) /.test(line));
  const run = (line: string | undefined): string =>
    execFileSync('sh', ['-c', line ?? 'false'], { encoding: 'utf8', env: { ...process.env, ...env } });
  run(send);
  const mail = await eventually(() => {
    try {
      return run(read);
    } catch {
      return null;
    }
  }, 'the message in the inbox');
  assert.match(mail, /Subject: 你好 Hello[\s\S]*鸿雁传书/);
  assert.match(run(look), /system\.db/);
});

test('two servers on one data directory are refused; a killed one leaves nothing in the way', async () => {
  using folder = temporaryFolder();
  const env = { HONGYAN_DATA: folder.path, HONGYAN_PORT_OFFSET: someOffset() };
  const first = await startServe(['--processes', '2'], env);
  const refused = await hongyan(['serve'], { env: { ...env, HONGYAN_PORT_OFFSET: someOffset() } });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, new RegExp(`Another server runs on .*process ${first.child.pid}`));
  assert.equal(await first.stop('SIGKILL'), null);
  // The workers notice that the primary is gone and end by themselves.
  const again = await eventually(async () => {
    try {
      return await startServe(['--processes', '1'], env);
    } catch {
      return null;
    }
  }, 'a start after kill -9');
  assert.equal(await again.stop('SIGINT'), 0);
});

test('RFC 5280: TLS clients take the certificate that was made when they trust it', async () => {
  using folder = temporaryFolder();
  const env = { HONGYAN_DATA: folder.path, HONGYAN_PORT_OFFSET: someOffset() };
  await using server = await startServe(['--processes', '1'], env);
  const file = join(folder.path, 'tls', 'certificate.pem');
  const ca = readFileSync(file);
  for (const name of ['hongyan.test', 'localhost']) {
    await new Promise<void>((resolve, reject) => {
      const socket = connect(
        { host: '127.0.0.1', port: server.ready.ports.imaps, servername: name, ca },
        () => {
          assert.equal(socket.authorized, true);
          socket.end();
          resolve();
        },
      );
      socket.on('error', reject);
    });
  }
  const shell = (line: string): SpawnSyncReturns<string> =>
    spawnSync('sh', ['-c', line], { encoding: 'utf8', env: { ...process.env, CERT: file } });
  if (shell('openssl version').status !== 0) return;
  const text = shell('openssl x509 -in "$CERT" -noout -text').stdout;
  assert.match(text, /Version: 3/);
  assert.match(text, /DNS:hongyan\.test, DNS:localhost, IP Address:127\.0\.0\.1, IP Address:0:0:0:0:0:0:0:1/);
  const verified = shell('openssl verify -CAfile "$CERT" -verify_hostname hongyan.test "$CERT"');
  assert.equal(verified.status, 0, verified.stderr);
});

test('a wrong configuration stops the start with file, line and what would be right', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'h.toml');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(file, '[listen]\nsmtp = "25"\n[limit]\n');
  const result = await hongyan(['serve', '--config', file]);
  assert.equal(result.code, 2);
  assert.match(result.stderr, /h\.toml, line 2: “listen\.smtp” is the text "25", but must be a port number/);
  assert.match(result.stderr, /h\.toml, line 3: .*Did you mean “limits”/);
});
