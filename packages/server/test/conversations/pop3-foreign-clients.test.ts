import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  type Pop3Fixture,
  pop3Login,
  pop3Password,
  startPop3Fixture,
} from '@hongyan/testkit/pop3-fixture.ts';
import { getMailbox } from '../../src/mailbox/list.ts';

/** Why a test with a program that is not installed is skipped. */
function missing(program: string): string | false {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
    ? false
    : `${program} is not installed`;
}

async function run(
  program: string,
  args: readonly string[],
  home: string,
): Promise<{ code: number; output: string }> {
  const child = spawn(program, args, { timeout: 60_000, env: { ...process.env, HOME: home, LC_ALL: 'C' } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  child.stdin.end();
  const code = await new Promise<number>(resolve => child.on('close', status => resolve(status ?? -1)));
  return { code, output };
}

function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'hongyan-pop3-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

const letter = (at: number): string =>
  `From: bob@example.test\r\nTo: alice@example.test\r\nSubject: letter ${at}\r\nMessage-ID: <${at}@x.test>\r\n\r\n.dot\r\n..\r\n${'text '.repeat(at)}\r\n`;

/** Messages left in INBOX. */
async function left({ imap }: Pop3Fixture): Promise<number | undefined> {
  return (await getMailbox(imap.mail, imap.scope, ['INBOX']))?.total;
}

for (const mode of ['STLS', 'implicit TLS'] as const) {
  test(`curl over ${mode}: lists, fetches, reads unique-ids, deletes`, {
    skip: missing('curl'),
  }, async () => {
    using folder = temporaryFolder();
    const implicitTls = mode === 'implicit TLS';
    await using pop3 = await startPop3Fixture({ tls: true, implicitTls, allowPlainLoopback: false });
    await pop3.imap.deliver([letter(1), letter(2)]);
    const url = `${implicitTls ? 'pop3s' : 'pop3'}://127.0.0.1:${pop3.port}`;
    const curl = (...args: string[]): ReturnType<typeof run> =>
      run('curl', ['-sS', '--ssl-reqd', '-k', '-u', `${pop3Login}:${pop3Password}`, ...args], folder.path);
    const listed = await curl(`${url}/`);
    assert.equal(listed.output, `1 ${letter(1).length}\r\n2 ${letter(2).length}\r\n`);
    assert.equal((await curl(`${url}/2`)).output, letter(2));
    const ids = await curl('-X', 'UIDL', `${url}/`);
    assert.match(ids.output, /^1 \d+-1\r\n2 \d+-2\r\n$/);
    const top = await curl('-X', 'TOP 1 0', `${url}/`);
    assert.match(top.output, /Message-ID: <1@x\.test>\r\n\r\n$/);
    const deleted = await curl('-X', 'DELE', '-l', `${url}/1`);
    assert.equal(deleted.code, 0, deleted.output);
    const after = await curl(`${url}/`);
    assert.equal(after.output, `1 ${letter(2).length}\r\n`);
  });
}

/** fetchmail's settings: messages go, one after another, to the end of a file. */
function fetchmailConfig(folder: string, port: number, more: string): string {
  return `set no bouncemail
poll 127.0.0.1 protocol POP3 port ${port} uidl
  user "${pop3Login}" password "${pop3Password}"
  no sslcertck ${more} no rewrite
  mda "cat >> ${folder}/mail; echo >> ${folder}/mail"
`;
}

async function fetchmail(folder: string, port: number, more: string): ReturnType<typeof run> {
  const config = join(folder, 'fetchmailrc');
  writeFileSync(config, fetchmailConfig(folder, port, more), { mode: 0o600 });
  return run(
    'fetchmail',
    ['-f', config, '--idfile', join(folder, 'ids'), '--pidfile', join(folder, 'pid'), '--nosyslog'],
    folder,
  );
}

const subjects = (folder: string): string[] =>
  [...readFileSync(join(folder, 'mail'), 'utf8').matchAll(/^Subject: (.*)$/gm)].map(match => match[1] ?? '');

test('fetchmail over STLS leaves mail on the server and fetches only what is new (UIDL)', {
  skip: missing('fetchmail'),
}, async () => {
  using folder = temporaryFolder();
  await using pop3 = await startPop3Fixture({ tls: true, allowPlainLoopback: false });
  await pop3.imap.deliver([letter(1), letter(2)]);
  const more = 'sslproto "TLS1.2+" keep';
  const first = await fetchmail(folder.path, pop3.port, more);
  assert.equal(first.code, 0, first.output);
  assert.deepEqual(subjects(folder.path), ['letter 1', 'letter 2']);
  await pop3.imap.deliver([letter(3)]);
  const second = await fetchmail(folder.path, pop3.port, more);
  assert.equal(second.code, 0, second.output);
  assert.deepEqual(subjects(folder.path), ['letter 1', 'letter 2', 'letter 3']);
});

test('fetchmail over implicit TLS fetches 100 messages and deletes them', {
  skip: missing('fetchmail'),
}, async () => {
  using folder = temporaryFolder();
  await using pop3 = await startPop3Fixture({ implicitTls: true, allowPlainLoopback: false });
  await pop3.imap.deliver(Array.from({ length: 100 }, (_, at) => letter(at)));
  const { code, output } = await fetchmail(folder.path, pop3.port, 'ssl no keep fetchall');
  assert.equal(code, 0, output);
  assert.equal(subjects(folder.path).length, 100);
  assert.equal(await left(pop3), 0);
});

for (const auth of ['user', 'plain', 'scram-sha-256'] as const) {
  test(`mpop with ${auth}, pipelined, delivers into a Maildir and deletes`, {
    skip: missing('mpop'),
  }, async context => {
    using folder = temporaryFolder();
    const supported = await run('mpop', ['--version'], folder.path);
    if (!supported.output.split(/\s/).includes(auth)) {
      context.skip(`mpop was built without ${auth}`);
      return;
    }
    await using pop3 = await startPop3Fixture({ tls: true, allowPlainLoopback: false });
    await pop3.imap.deliver(Array.from({ length: 20 }, (_, at) => letter(at)));
    const mail = join(folder.path, 'mail');
    for (const part of ['', 'cur', 'new', 'tmp']) mkdirSync(join(mail, part));
    const config = join(folder.path, 'mpoprc');
    writeFileSync(
      config,
      `account default
host 127.0.0.1
port ${pop3.port}
tls on
tls_starttls on
tls_certcheck off
auth ${auth}
user ${pop3Login}
password ${pop3Password}
keep off
pipelining on
received_header off
uidls_file ${folder.path}/uidls
delivery maildir ${mail}
`,
      { mode: 0o600 },
    );
    const { code, output } = await run('mpop', ['-C', config], folder.path);
    assert.equal(code, 0, output);
    const files = readdirSync(join(mail, 'new')).map(name => readFileSync(join(mail, 'new', name), 'utf8'));
    assert.deepEqual(
      files.toSorted(),
      Array.from({ length: 20 }, (_, at) => letter(at).replaceAll('\r\n', '\n')).toSorted(),
    );
    assert.equal(await left(pop3), 0);
  });
}
