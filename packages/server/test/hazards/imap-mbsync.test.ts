import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { scanMessage } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import {
  type ImapFixture,
  imapLogin,
  imapPassword,
  startImapFixture,
} from '@hongyan/testkit/imap-fixture.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import { getMailbox } from '../../src/mailbox/list.ts';
import { truth } from '../imap-fixture/caching-client.ts';

const count = 5_000;
const absent = spawnSync('mbsync', ['--version']).error === undefined ? false : 'mbsync is not installed';

async function fill(imap: ImapFixture): Promise<void> {
  const bytes = Buffer.from('From: bob@example.test\r\nSubject: one of many\r\n\r\ntext\r\n');
  const { mail, scope } = imap;
  await using writer = mail.blobs.create(scope.tenantId, bytes.length);
  await writer.write(bytes);
  const message = {
    blob: await writer.seal(),
    summary: summarise(scanMessage(bytes)),
    prefix: new Uint8Array(0),
    flags: { bits: 0, keywords: [] },
    receivedAt: 0,
  };
  const inbox = await getMailbox(mail, scope, ['INBOX']);
  assert.ok(inbox);
  await appendMessages(
    mail,
    scope,
    inbox.id,
    Array.from({ length: count }, () => message),
  );
}

function configOf(folder: string, port: number): string {
  return `FSync no

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

Channel all
Far :far:
Near :near:
Patterns INBOX
Create Near
Expunge Both
Sync All
SyncState *
`;
}

function files(inbox: string): string[] {
  return ['cur', 'new'].flatMap(part => {
    const path = join(inbox, part);
    return existsSync(path) ? readdirSync(path).map(name => join(path, name)) : [];
  });
}

/** Flags of near messages as letters, those of far ones alike: how many messages have which. */
function tally(flags: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const each of flags) counts[each] = (counts[each] ?? 0) + 1;
  return counts;
}

function nearFlags(inbox: string): string[] {
  return files(inbox).map(path => (/:2,([A-Z]*)/.exec(path)?.[1] ?? '').replace(/[^FRS]/g, ''));
}

const letters: readonly (readonly [flag: string, letter: string])[] = [
  ['\\Flagged', 'F'],
  ['\\Answered', 'R'],
  ['\\Seen', 'S'],
];

function lettersOf(flags: string): string {
  const set = new Set(flags.split(' '));
  return letters.map(([flag, letter]) => (set.has(flag) ? letter : '')).join('');
}

test(`mbsync with ${count} messages and changes on both sides while it runs ends with both sides alike`, {
  skip: absent,
}, async () => {
  await using imap = await startImapFixture();
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-mbsync-'));
  try {
    mkdirSync(join(folder, 'mail'));
    const config = join(folder, 'mbsyncrc');
    writeFileSync(config, configOf(folder, imap.port));
    const sync = (): Promise<void> =>
      new Promise((resolve, reject) => {
        execFile('mbsync', ['-c', config, '-a'], (error, _stdout, stderr) =>
          error ? reject(new Error(stderr)) : resolve(),
        );
      });
    await fill(imap);
    await sync();
    const inbox = join(folder, 'mail', 'INBOX');
    assert.equal(files(inbox).length, count);
    // Near: some gone, some read, some new. Far: others gone, flagged and new, while it runs.
    const known = files(inbox).filter(path => Number(/,U=(\d+)/.exec(path)?.[1]) <= 200);
    assert.equal(known.length, 200);
    for (const [index, path] of known.entries()) {
      if (index % 2 === 0) rmSync(path);
      else
        renameSync(
          path,
          join(
            inbox,
            'cur',
            `${
              path
                .split('/')
                .at(-1)
                ?.replace(/:2,.*$/, '') ?? ''
            }:2,RS`,
          ),
        );
    }
    for (let index = 0; index < 50; index++) {
      writeFileSync(join(inbox, 'new', `1700000000.${index}.test`), `Subject: near ${index}\n\nhere\n`);
    }
    await using client = await imap.client();
    await client.ok('SELECT INBOX');
    const changing = (async () => {
      for (let at = 1_000; at < 1_400; at += 20) {
        await client.ok(`UID STORE ${at}:${at + 9} +FLAGS.SILENT (\\Flagged)`);
        await client.ok(`UID STORE ${at + 10}:${at + 14} +FLAGS.SILENT (\\Deleted)`);
        await client.ok(`UID EXPUNGE ${at + 10}:${at + 14}`);
        await imap.deliver([`Subject: far ${at}\r\n\r\nthere\r\n`]);
      }
    })();
    await sync();
    await changing;
    await sync();
    await sync();
    const far = await truth(client);
    assert.equal(far.size, count - 100 - 100 + 50 + 20);
    assert.equal(files(inbox).length, far.size);
    assert.deepEqual(tally(nearFlags(inbox)), tally([...far.values()].map(lettersOf)));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
