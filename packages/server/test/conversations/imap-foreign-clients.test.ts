import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
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
import { ImapFlow } from 'imapflow';

/** Why a test with a program that is not installed is skipped. */
function missing(program: string): string | false {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
    ? false
    : `${program} is not installed`;
}

async function run(program: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(program, args, { timeout: 60_000 });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  child.stdin.end();
  const code = await new Promise<number>(resolve => child.on('close', status => resolve(status ?? -1)));
  return { code, output };
}

function flow(imap: ImapFixture, options: { secure?: boolean } = {}): ImapFlow {
  return new ImapFlow({
    host: '127.0.0.1',
    port: imap.port,
    secure: options.secure ?? false,
    tls: { rejectUnauthorized: false },
    auth: { user: imapLogin, pass: imapPassword },
    logger: false,
  });
}

const letter = [
  'From: =?utf-8?B?5p2O5Lyf?= <liwei@example.test>',
  'To: alice@example.test',
  'Subject: =?utf-8?B?5a2j5bqm5oql6KGo?=',
  'Message-ID: <letter@example.test>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from('请查收附件。').toString('base64'),
  '--b',
  'Content-Type: application/pdf; name=a.pdf',
  'Content-Disposition: attachment; filename=a.pdf',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from('not really a PDF').toString('base64'),
  '--b--',
  '',
].join('\r\n');

for (const mode of ['STARTTLS', 'implicit TLS'] as const) {
  test(`imapflow over ${mode}: list, select, append, fetch, search, flags, move, delete`, async () => {
    const secure = mode === 'implicit TLS';
    await using imap = await startImapFixture({ tls: true, implicitTls: secure, allowPlainLoopback: false });
    await imap.deliver([letter]);
    const client = flow(imap, { secure });
    await client.connect();
    assert.equal(client.secureConnection, true);
    await client.mailboxCreate(['项目', '二〇二六']);
    const list = await client.list({ statusQuery: { messages: true, unseen: true } });
    assert.deepEqual(
      list.map(box => [box.path, box.specialUse ?? '', box.status?.messages]),
      [
        ['INBOX', '\\Inbox', 1],
        ['Sent', '\\Sent', 0],
        ['Trash', '\\Trash', 0],
        ['项目', '', 0],
        ['项目/二〇二六', '', 0],
      ].toSorted(
        (a, b) => list.findIndex(box => box.path === a[0]) - list.findIndex(box => box.path === b[0]),
      ),
    );
    const box = await client.mailboxOpen('INBOX');
    assert.equal(box.exists, 1);
    const appended = await client.append('INBOX', 'Subject: own\r\n\r\nown text\r\n', ['\\Seen', 'todo']);
    assert.ok(appended);
    assert.equal(appended.uid, 2);
    const fetched = await client.fetchOne('1', {
      envelope: true,
      bodyStructure: true,
      flags: true,
      source: true,
      uid: true,
    });
    assert.ok(fetched);
    assert.equal(fetched.envelope?.subject, '季度报表');
    assert.equal(fetched.envelope?.from?.[0]?.name, '李伟');
    assert.equal(fetched.source?.toString(), letter);
    assert.equal(fetched.bodyStructure?.childNodes?.[1]?.type, 'application/pdf');
    const { content } = await client.download('1', '2');
    const pieces: Buffer[] = [];
    assert.ok(content);
    for await (const piece of content) pieces.push(piece as Buffer);
    assert.equal(Buffer.concat(pieces).toString(), 'not really a PDF');
    assert.deepEqual(await client.search({ subject: '报表' }), [1]);
    assert.deepEqual(await client.search({ keyword: 'todo' }, { uid: true }), [2]);
    assert.equal(await client.messageFlagsAdd('1', ['\\Flagged']), true);
    assert.deepEqual(await client.search({ flagged: true }), [1]);
    const moved = await client.messageMove('1', '项目/二〇二六');
    assert.ok(moved);
    assert.equal(moved.uidMap?.get(1), 1);
    assert.equal(await client.messageDelete('1'), true);
    const status = await client.status('INBOX', { messages: true });
    assert.ok(status);
    assert.equal(status.messages, 0);
    await client.logout();
  });
}

test('imapflow idles and hears of new mail (RFC 2177)', async () => {
  await using imap = await startImapFixture();
  const client = flow(imap);
  await client.connect();
  await client.mailboxOpen('INBOX');
  const arrived = new Promise<number>(resolve =>
    client.on('exists', (event: { count: number }) => resolve(event.count)),
  );
  void client.idle();
  await new Promise(resolve => setTimeout(resolve, 50));
  await imap.deliver(['Subject: news\r\n\r\n']);
  assert.equal(await arrived, 1);
  await client.logout();
});

test('curl lists, uploads, fetches and searches', { skip: missing('curl') }, async () => {
  await using imap = await startImapFixture({ tls: true, allowPlainLoopback: false });
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-curl-'));
  try {
    writeFileSync(join(folder, 'mail.eml'), letter);
    const base = ['-sS', '--ssl-reqd', '-k', '-u', `${imapLogin}:${imapPassword}`];
    const url = `imap://127.0.0.1:${imap.port}`;
    const upload = await run('curl', [...base, '-T', join(folder, 'mail.eml'), `${url}/INBOX`]);
    assert.equal(upload.code, 0, upload.output);
    const listed = await run('curl', [...base, `${url}/`]);
    assert.match(listed.output, /^\* LIST \(\\HasNoChildren\) "\/" INBOX|"INBOX"/m);
    const fetched = await run('curl', [...base, `${url}/INBOX;MAILINDEX=1`]);
    assert.equal(fetched.output, letter);
    const found = await run('curl', [...base, '-X', 'SEARCH SUBJECT "报表"', `${url}/INBOX`]);
    assert.match(found.output, /^\* SEARCH 1\r?$/m);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Message files of a Maildir folder. */
function maildirFiles(folder: string): string[] {
  return ['cur', 'new'].flatMap(part => {
    const path = join(folder, part);
    return existsSync(path) ? readdirSync(path).map(name => join(path, name)) : [];
  });
}

function mbsyncConfig(folder: string, port: number): string {
  return `
IMAPAccount hongyan
Host 127.0.0.1
Port ${port}
User ${imapLogin}
Pass ${imapPassword}
SSLType None
AuthMechs LOGIN

IMAPStore far
Account hongyan

MaildirStore near
Path ${folder}/mail/
Inbox ${folder}/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
`;
}

test('mbsync syncs both ways and ends with both sides equal', { skip: missing('mbsync') }, async () => {
  await using imap = await startImapFixture();
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-mbsync-'));
  try {
    mkdirSync(join(folder, 'mail'));
    const config = join(folder, 'mbsyncrc');
    writeFileSync(config, mbsyncConfig(folder, imap.port));
    const sync = async (): Promise<void> => {
      const { code, output } = await run('mbsync', ['-c', config, '-a']);
      assert.equal(code, 0, output);
    };
    await imap.deliver(
      Array.from(
        { length: 120 },
        (_, index) =>
          `Subject: ${index}\r\nMessage-ID: <${index}@x.test>\r\n\r\n${'text '.repeat(index)}\r\n`,
      ),
    );
    await sync();
    const inbox = join(folder, 'mail', 'INBOX');
    assert.equal(maildirFiles(inbox).length, 120);
    // Near: one message more, one gone, one flagged. Far: one more, one gone.
    writeFileSync(join(inbox, 'new', '1700000000.1.test'), 'Subject: near\n\nwritten here\n');
    const [first, second] = maildirFiles(inbox).filter(path => !path.includes('1700000000'));
    assert.ok(first !== undefined && second !== undefined);
    rmSync(first);
    renameSync(
      second,
      join(
        inbox,
        'cur',
        `${
          second
            .split('/')
            .at(-1)
            ?.replace(/:2,.*$/, '') ?? ''
        }:2,FS`,
      ),
    );
    await imap.deliver(['Subject: far\r\n\r\nwritten there\r\n']);
    await using client = await imap.client();
    await client.ok('SELECT INBOX');
    await client.ok('UID STORE 100 +FLAGS.SILENT (\\Deleted)');
    await client.ok('UID EXPUNGE 100');
    await sync();
    await sync();
    await client.ok('NOOP');
    const { untagged } = await client.ok('UID SEARCH ALL');
    const found = untagged.find(response => response.kind === 'data' && response.name === 'SEARCH');
    assert.ok(found?.kind === 'data');
    assert.equal(found.values.length, 120);
    assert.equal(maildirFiles(inbox).length, 120);
    const { untagged: flagged } = await client.ok('UID SEARCH FLAGGED SEEN');
    const marked = flagged.find(response => response.kind === 'data' && response.name === 'SEARCH');
    assert.ok(marked?.kind === 'data' && marked.values.length === 1);
    assert.ok(maildirFiles(inbox).some(path => readFileSync(path, 'utf8').includes('written there')));
    const near = await client.ok('SEARCH BODY "written here"');
    const there = near.untagged.find(response => response.kind === 'data' && response.name === 'SEARCH');
    assert.ok(there?.kind === 'data' && there.values.length === 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
