import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { ScramClient } from '@hongyan/formats/sasl/scram.ts';
import { sieveExtensions } from '@hongyan/formats/sieve/extensions.ts';
import { imapLogin, imapPassword } from '@hongyan/testkit/imap-fixture.ts';
import { LineClient } from '@hongyan/testkit/line-client.ts';
import {
  type ManageSieveFixtureOptions,
  signInLine,
  startManageSieveFixture,
} from '@hongyan/testkit/managesieve-fixture.ts';

interface Conversation extends ManageSieveFixtureOptions {
  readonly name: string;
  readonly signedIn?: boolean;
  readonly text: string;
}

const conversations: readonly Conversation[] = [
  {
    name: 'greeting: capabilities, then OK (RFC 5804 §1.7)',
    tls: true,
    text: `S: "IMPLEMENTATION" "Hongyan"
      S: "VERSION" "1.0"
      S: "SASL" "SCRAM-SHA-256 PLAIN"
      S: "SIEVE" "${sieveExtensions.join(' ')}"
      S: "NOTIFY" "mailto"
      S: "EXTLISTS" "urn"
      S: "MAXREDIRECTS" "5"
      S: "UNAUTHENTICATE"
      S: "STARTTLS"
      S: OK "mail.test ready"
      C: capability
      S> "STARTTLS"
      S: OK "That is all"
      C: LOGOUT
      S: OK "Goodbye"
      S.`,
  },
  {
    name: 'upload, list, activate, read, rename, delete (RFC 5804 §2.6 to §2.11)',
    signedIn: true,
    text: `C: LISTSCRIPTS
      S: OK
      C: HAVESPACE "main" 99
      S: OK
      C= PUTSCRIPT "main" {7+}\\r\\nkeep;\\r\\n\\r\\n
      S: OK
      C: PUTSCRIPT "过滤" "discard;"
      S: OK
      C: SETACTIVE "main"
      S: OK
      C: LISTSCRIPTS
      S: "main" ACTIVE
      S: "过滤"
      S: OK
      C: GETSCRIPT "main"
      S: {7}
      S: keep;
      S:
      S: OK
      C: DELETESCRIPT "main"
      S: NO (ACTIVE) ...
      C: RENAMESCRIPT "main" "过滤"
      S: NO (ALREADYEXISTS) ...
      C: RENAMESCRIPT "none" "x"
      S: NO (NONEXISTENT) ...
      C: RENAMESCRIPT "main" "旧"
      S: OK
      C: SETACTIVE ""
      S: OK
      C: DELETESCRIPT "旧"
      S: OK
      C: LISTSCRIPTS
      S: "过滤"
      S: OK
      C: SETACTIVE "旧"
      S: NO (NONEXISTENT) ...
      C: GETSCRIPT "旧"
      S: NO (NONEXISTENT) ...
      C: DELETESCRIPT "旧"
      S: NO (NONEXISTENT) ...`,
  },
  {
    name: 'a wrong script is refused with line and column and changes nothing (RFC 5804 §2.6, §2.12)',
    signedIn: true,
    text: `C: PUTSCRIPT "a" "keep;"
      S: OK
      C= PUTSCRIPT "a" {21+}\\r\\nkeep;\\r\\n  fileinto "x"\\r\\n
      S: NO "Line 2, column 15: ...
      C= CHECKSCRIPT "fileinto \\x5c"x\\x5c";"\\r\\n
      S: NO ...require...
      C: CHECKSCRIPT "stop;"
      S: OK
      C: GETSCRIPT "a"
      S: {5}
      S: keep;
      S: OK`,
  },
  {
    name: 'what is wrong is said in the owner’s language (RFC 5804 §1.3)',
    signedIn: true,
    language: 'zh-CN',
    text: `C: CHECKSCRIPT "keep"
      S: NO "第 1 行第 5 列：...`,
  },
  {
    name: 'a command of many literals, however small, is read over and not held (RFC 5804 §4)',
    signedIn: true,
    text: `C= PUTSCRIPT${' {1+}\\r\\nx'.repeat(20)}\\r\\n
      S: NO (QUOTA/MAXSIZE) ...
      C: NOOP "still"
      S: OK (TAG "still") ...`,
  },
  {
    name: 'limits: number, size and names of scripts (RFC 5804 §1.3 QUOTA, §1.6)',
    signedIn: true,
    scriptLimits: { maxScripts: 1, maxTotalBytes: 10 },
    text: `C: PUTSCRIPT "a" "keep;"
      S: OK
      C: PUTSCRIPT "b" "keep;"
      S: NO (QUOTA/MAXSCRIPTS) ...
      C: HAVESPACE "b" 1
      S: NO (QUOTA/MAXSCRIPTS) ...
      C: HAVESPACE "a" 11
      S: NO (QUOTA/MAXSIZE) ...
      C: HAVESPACE "a" 10
      S: OK
      C: PUTSCRIPT "a" "keep; stop;"
      S: NO (QUOTA/MAXSIZE) ...
      C: PUTSCRIPT "" "keep;"
      S: NO ...
      C= PUTSCRIPT {3+}\\r\\na\\x0ab "keep;"\\r\\n
      S: NO ...`,
  },
  {
    name: 'the literal of a line that is not well-formed is read over: it is no command (RFC 5804 §4)',
    signedIn: true,
    text: `C= PUTSCRIPT "a"b {14+}\\r\\nDELETESCRIPT\\r\\n {3+}\\r\\nabc\\r\\n
      S: NO "Not well-formed"
      C: LISTSCRIPTS
      S: OK`,
  },
  {
    name: 'a literal that is too large is read over, and the conversation goes on',
    signedIn: true,
    limits: { commandBytes: 10 },
    text: `C= PUTSCRIPT "a" {20+}\\r\\nkeep; keep; LOGOUT\\r\\n\\r\\n
      S: NO (QUOTA/MAXSIZE) ...
      C: NOOP
      S: OK "Done"`,
  },
  {
    name: 'a stranger’s literals are held to those of a sign-in, whatever a member’s may be (RFC 5804 §4)',
    limits: { strangerBytes: 10, commandBytes: 1_000 },
    text: `S> OK ...
      C= AUTHENTICATE "PLAIN" {20+}\\r\\n12345678901234567890\\r\\n
      S: NO (QUOTA/MAXSIZE) ...
      C= AUTHENTICATE "PLAIN" {6+}\\r\\n123456\\r\\n
      S: NO ...
      C: ${signInLine}
      S: OK "Welcome"
      C= CHECKSCRIPT {20+}\\r\\nkeep; keep; keep;\\r\\n\\r\\n\\r\\n
      S: OK`,
  },
  {
    name: 'so does a line that is too long: whether a literal follows is not known',
    limits: { lineBytes: 100 },
    text: `S> OK ...
      C: CHECKSCRIPT "${'x'.repeat(200)}" {9+}
      S: BYE ...
      S.`,
  },
  {
    name: 'one that is far too large ends it',
    limits: { skippedBytes: 100 },
    text: `S> OK ...
      C: CHECKSCRIPT {101+}
      S: BYE (QUOTA/MAXSIZE) ...
      S.`,
  },
  {
    name: 'NOOP gives its tag back (RFC 5804 §2.13)',
    text: `S> OK ...
      C: NOOP "a\\"b"
      S: OK (TAG "a\\"b") "Done"
      C: NOOP 3
      S: NO ...`,
  },
  {
    name: 'before signing in nothing of the scripts is told; after it no second sign-in (RFC 5804 §1.4)',
    text: `S> OK ...
      C: LISTSCRIPTS
      S: NO "Sign in first"
      C: GETSCRIPT "a"
      S: NO ...
      C: ${signInLine}
      S: OK "Welcome"
      C: ${signInLine}
      S: NO ...
      C: CAPABILITY
      S> "OWNER" "alice@example.test"
      S: OK ...
      C: UNAUTHENTICATE
      S: OK ...
      C: LISTSCRIPTS
      S: NO ...
      C: ${signInLine}
      S: OK "Welcome"`,
  },
  {
    name: 'sign-in: wrong password, cancelled, unknown mechanism, not base64 (RFC 5804 §2.1)',
    text: `S> OK ...
      C: AUTHENTICATE "PLAIN" "${Buffer.from(`\0${imapLogin}\0wrong`).toString('base64')}"
      S: NO "Authentication failed"
      C: AUTHENTICATE "PLAIN"
      S: ""
      C: "*"
      S: NO "Cancelled"
      C: AUTHENTICATE "DIGEST-MD5"
      S: NO ...
      C: AUTHENTICATE "PLAIN" "%%%"
      S: NO ...
      C: AUTHENTICATE "PLAIN"
      S: ""
      C: "${Buffer.from(`\0${imapLogin}\0${imapPassword}`).toString('base64')}"
      S: OK "Welcome"`,
  },
  {
    name: 'too many failed sign-ins end the conversation',
    limits: { failedSignIns: 2 },
    text: `S> OK ...
      C: AUTHENTICATE "PLAIN" "${Buffer.from('\0a\0b').toString('base64')}"
      S: NO ...
      C: AUTHENTICATE "PLAIN" "${Buffer.from('\0a\0b').toString('base64')}"
      S: BYE ...
      S.`,
  },
  {
    name: 'bad lines are answered; many in a row end the conversation',
    limits: { badCommands: 4, lineBytes: 100 },
    text: `S> OK ...
      C: HELLO
      S: NO ...
      C: "NOOP"
      S: NO ...
      C: NOOP "open
      S: NO ...
      C: NOOP ${'x'.repeat(200)}
      S: BYE ...
      S.`,
  },
  {
    name: 'STARTTLS: the capabilities are said again, what was sent along is dropped (RFC 5804 §2.2)',
    tls: true,
    allowPlainLoopback: false,
    text: `S> "SASL" "SCRAM-SHA-256"
      S> OK ...
      C: ${signInLine}
      S: NO (ENCRYPT-NEEDED) ...
      C= STARTTLS\\r\\nNOOP "injected"\\r\\n
      S: OK "Begin TLS now"
      TLS
      S: "IMPLEMENTATION" "Hongyan"
      S> "SASL" "SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN"
      S> OK "TLS is on"
      C: STARTTLS
      S: NO ...
      C: ${signInLine}
      S: OK "Welcome"`,
  },
];

for (const { name, signedIn = false, text, ...options } of conversations) {
  test(`managesieve, ${name}`, async () => {
    await using sieve = await startManageSieveFixture(options);
    await sieve.play(text, { signedIn });
  });
}

async function until(client: LineClient, pattern: RegExp): Promise<string> {
  for (;;) {
    const line = await client.readLine();
    if (line === null) throw new Error(`hung up before ${pattern}`);
    if (pattern.test(line)) return line;
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('SCRAM-SHA-256 and -PLUS, the server’s proof with the OK (RFC 5804 §1.3 SASL, RFC 7677, RFC 9266)', async () => {
  await using sieve = await startManageSieveFixture({ tls: true, allowPlainLoopback: false });
  for (const kind of ['plain', 'bound', 'wrong channel', 'wrong password']) {
    await using client = await LineClient.connect({ port: sieve.port });
    await until(client, /^OK/);
    const plus = kind.includes('bound') || kind.includes('channel');
    if (plus) {
      client.send('STARTTLS\r\n');
      await until(client, /^OK/);
      await client.startTls();
      await until(client, /^OK/);
    }
    const bytes =
      kind === 'bound'
        ? (client.socket as TLSSocket).exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))
        : Buffer.alloc(32);
    const scram = new ScramClient({
      login: imapLogin,
      password: kind === 'wrong password' ? 'x' : imapPassword,
      nonce: 'abcdefghijklmnop',
      ...(plus && { binding: { type: 'tls-exporter', bytes } }),
    });
    client.send(`AUTHENTICATE "SCRAM-SHA-256${plus ? '-PLUS' : ''}" "${base64(scram.clientFirst())}"\r\n`);
    const challenge = Buffer.from((await until(client, /^"/)).slice(1, -1), 'base64');
    client.send(`"${base64(scram.clientFinal(challenge) ?? '')}"\r\n`);
    const verdict = await until(client, /^(?:OK|NO)/);
    const [, proof] = /^OK \(SASL "([^"]+)"\)/.exec(verdict) ?? [];
    if (kind.startsWith('wrong')) assert.match(verdict, /^NO "Authentication failed"/);
    else assert.ok(scram.accepts(Buffer.from(proof ?? '', 'base64')), verdict);
  }
});

test('many commands at once are answered in order, in bounded memory', async () => {
  await using sieve = await startManageSieveFixture();
  await using client = await LineClient.connect({ port: sieve.port });
  await until(client, /^OK/);
  client.send(Array.from({ length: 500 }, (_, i) => `NOOP "${i}"\r\n`).join(''));
  for (let i = 0; i < 500; i++) assert.equal(await client.readLine(), `OK (TAG "${i}") "Done"`);
});

test('stopping says BYE to who waits (RFC 5804 §1.2)', async () => {
  const sieve = await startManageSieveFixture();
  await using client = await LineClient.connect({ port: sieve.port });
  await until(client, /^OK/);
  assert.equal(await sieve.server.drain(5_000), 0);
  assert.match(await until(client, /^BYE/), /^BYE \(TRYLATER\)/);
  await sieve[Symbol.asyncDispose]();
});

const sieveConnect = '/usr/bin/sieve-connect';

test('sieve-connect uploads, activates and lists', {
  skip: existsSync(sieveConnect) ? false : 'sieve-connect is not installed',
}, async () => {
  await using sieve = await startManageSieveFixture({ tls: true });
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-sieve-'));
  try {
    const script = join(folder, 'main.sieve');
    writeFileSync(script, 'keep;\n');
    const passwords = join(folder, 'password');
    writeFileSync(passwords, imapPassword);
    const run = async (...more: string[]): Promise<string> => {
      const args = ['--server', 'localhost', '--port', String(sieve.port), '-4', '--user', imapLogin];
      const rest = ['--notlsverify', '--passwordfd', '0', ...more];
      const child = spawn(sieveConnect, [...args, ...rest], { stdio: ['pipe', 'pipe', 'pipe'] });
      const timer = setTimeout(() => child.kill(), 30_000);
      child.stdin.end(`${imapPassword}\n`);
      let output = '';
      child.stdout.on('data', data => (output += String(data)));
      child.stderr.on('data', data => (output += String(data)));
      const [code] = (await once(child, 'close')) as [number];
      clearTimeout(timer);
      assert.equal(code, 0, output);
      return output;
    };
    await run('--upload', '--localsieve', script, '--remotesieve', 'main');
    await run('--activate', '--remotesieve', 'main');
    assert.match(await run('--list'), /main/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
