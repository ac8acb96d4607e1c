import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  type ImapFixture,
  imapLogin,
  imapPassword,
  startImapFixture,
} from '@hongyan/testkit/imap-fixture.ts';
import { pop3Login, pop3Password, startPop3Fixture } from '@hongyan/testkit/pop3-fixture.ts';
import { getMailbox } from '../../src/mailbox/list.ts';

const program = 'getmail';
const skip =
  spawnSync('sh', ['-c', `command -v ${program}`]).status === 0 ? false : `${program} is not installed`;

const letters = [1, 2, 3].map(
  at =>
    `From: bob@example.test\r\nTo: alice@example.test\r\nSubject: letter ${at}\r\nMessage-ID: <${at}@x.test>\r\n\r\n.dot ${at}\r\n..\r\n季度报表\r\n`,
);

/** Number of the user `nobody`, where Debian has it. */
const nobody = 65_534;

/** A folder with getmail's settings and a Maildir. */
class Collector implements Disposable {
  readonly #path = mkdtempSync(join(tmpdir(), 'hongyan-getmail-'));

  constructor(retriever: string, options: string) {
    const mail = join(this.#path, 'mail');
    const folders = [mail, ...['cur', 'new', 'tmp'].map(name => join(mail, name))];
    for (const folder of folders) mkdirSync(folder);
    // As root getmail delivers for others only.
    const root = process.getuid?.() === 0;
    if (root) {
      chmodSync(this.#path, 0o755);
      for (const folder of folders) chownSync(folder, nobody, nobody);
    }
    writeFileSync(
      join(this.#path, 'getmailrc'),
      `[retriever]\n${retriever}\n[destination]\ntype = Maildir\npath = ${mail}/\n${root ? 'user = nobody\n' : ''}[options]\nread_all = false\ndelivered_to = false\nreceived = false\n${options}\n`,
    );
  }

  [Symbol.dispose](): void {
    rmSync(this.#path, { recursive: true, force: true });
  }

  async run(): Promise<void> {
    const child = spawn(program, ['--getmaildir', this.#path, '--rcfile', 'getmailrc'], {
      timeout: 60_000,
      env: { ...process.env, HOME: this.#path, LC_ALL: 'C.UTF-8' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    }
    child.stdin.end();
    const code = await new Promise<number>(resolve => child.on('close', status => resolve(status ?? -1)));
    assert.equal(code, 0, output);
  }

  /** What has been collected, without the lines that getmail adds, by subject. */
  get collected(): string[] {
    const folder = join(this.#path, 'mail', 'new');
    return readdirSync(folder)
      .map(name =>
        readFileSync(join(folder, name), 'utf8').replace(/^(?:Return-Path|X-getmail-[a-z-]+):[^\n]*\n/gm, ''),
      )
      .sort();
  }
}

async function left({ mail, scope }: ImapFixture): Promise<number | undefined> {
  return (await getMailbox(mail, scope, ['INBOX']))?.total;
}

const expected = letters.map(text => text.replaceAll('\r\n', '\n'));

test('getmail over POP3: every message once, whole, again only what is new; then deleting', {
  skip,
}, async () => {
  await using pop3 = await startPop3Fixture();
  await pop3.imap.deliver(letters.slice(0, 2));
  const retriever = `type = SimplePOP3Retriever\nserver = 127.0.0.1\nport = ${pop3.port}\nusername = ${pop3Login}\npassword = ${pop3Password}`;
  using keeping = new Collector(retriever, 'delete = false');
  await keeping.run();
  assert.deepEqual(keeping.collected, expected.slice(0, 2));
  await pop3.imap.deliver(letters.slice(2));
  await keeping.run();
  assert.deepEqual(keeping.collected, expected);
  assert.equal(await left(pop3.imap), 3);
  using taking = new Collector(retriever, 'delete = true');
  await taking.run();
  assert.deepEqual(taking.collected, expected);
  assert.equal(await left(pop3.imap), 0);
});

test('getmail over IMAP: every message once, whole, again only what is new; then deleting', {
  skip,
}, async () => {
  await using imap = await startImapFixture();
  await imap.deliver(letters.slice(0, 2));
  const retriever = `type = SimpleIMAPRetriever\nserver = 127.0.0.1\nport = ${imap.port}\nusername = ${imapLogin}\npassword = ${imapPassword}\nmailboxes = ("INBOX",)`;
  using keeping = new Collector(retriever, 'delete = false');
  await keeping.run();
  assert.deepEqual(keeping.collected, expected.slice(0, 2));
  await imap.deliver(letters.slice(2));
  await keeping.run();
  assert.deepEqual(keeping.collected, expected);
  assert.equal(await left(imap), 3);
  using taking = new Collector(retriever, 'delete = true');
  await taking.run();
  assert.deepEqual(taking.collected, expected);
  assert.equal(await left(imap), 0);
});
