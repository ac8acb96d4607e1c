import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { imapLogin, imapPassword, startImapFixture } from '@hongyan/testkit/imap-fixture.ts';

const found = spawnSync('sh', ['-c', 'command -v mutt && command -v script']).status === 0;
const absent = found ? false : 'mutt or script is not installed';

/** Runs mutt without a person: `keys` are pushed as if typed. */
async function mutt(folder: string, port: number, keys: string): Promise<{ code: number; output: string }> {
  const file = join(folder, 'muttrc');
  const settings = [
    `set folder="imap://127.0.0.1:${port}/" spoolfile="imap://127.0.0.1:${port}/INBOX"`,
    `set imap_user="${imapLogin}" imap_pass="${imapPassword}" imap_authenticators="plain:login"`,
    'set ssl_starttls=no ssl_force_tls=no delete=yes move=no quit=yes confirmappend=no mark_old=no',
    'set header_cache="" message_cachedir="" record="" wait_key=no sleep_time=0 resolve=no',
    'unset trash imap_passive',
    `push "${keys}"`,
  ];
  writeFileSync(file, `${settings.join('\n')}\n`);
  // It wants a terminal.
  const child = spawn('script', ['-qec', `mutt -n -F ${file}`, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', HOME: folder, LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const code = await new Promise<number>(resolve => child.on('close', status => resolve(status ?? -1)));
  return { code, output };
}

test('mutt opens a mailbox, flags, copies into a folder with a Chinese name, deletes', {
  skip: absent,
}, async () => {
  await using imap = await startImapFixture();
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-mutt-'));
  try {
    await imap.deliver(
      ['one', 'two', 'three'].map(name => `Subject: ${name}\r\nFrom: a@example.test\r\n\r\n${name}\r\n`),
    );
    await using client = await imap.client();
    await client.ok('CREATE &U,BTFw-');
    // To the first message and flag it; to the second, copy it to 台北 and delete it; write the changes and leave.
    const keys = [
      '<first-entry><flag-message>',
      '<next-entry><copy-message><kill-line>=台北<enter>',
      '<delete-message><sync-mailbox><quit>',
    ].join('');
    const { code, output } = await mutt(folder, imap.port, keys);
    assert.equal(code, 0, output);
    await client.ok('SELECT INBOX');
    const { untagged } = await client.ok('FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])');
    const told = JSON.stringify(untagged.filter(each => each.kind === 'data' && each.name === 'FETCH'));
    assert.equal(told.split('"FETCH"').length - 1, 2, 'one of three is deleted');
    assert.match(told, /Flagged/);
    await client.ok('SELECT &U,BTFw-');
    const copied = JSON.stringify((await client.ok('FETCH 1:* BODY.PEEK[TEXT]')).untagged);
    assert.equal(copied.split('"FETCH"').length - 1, 1, 'one was copied');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
