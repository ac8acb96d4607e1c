import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  type ImapFixture,
  imapLogin,
  imapPassword,
  startImapFixture,
} from '@hongyan/testkit/imap-fixture.ts';

const missing =
  spawnSync('sh', ['-c', 'command -v interimap']).status === 0 ? false : 'interimap is not installed';

function section(name: string, imap: ImapFixture): string {
  return `[${name}]
type = imap
host = 127.0.0.1
port = ${imap.port}
STARTTLS = NO
auth = PLAIN LOGIN
username = ${imapLogin}
password = ${imapPassword}
compress = YES
`;
}

/** Flags by subject: what both sides must have alike. */
async function contents(imap: ImapFixture): Promise<string[]> {
  await using client = await imap.client();
  await client.ok('SELECT INBOX');
  const { untagged } = await client.ok('FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])');
  return untagged
    .flatMap(each => (each.kind === 'data' && each.name === 'FETCH' ? [each.values] : []))
    .map(values =>
      JSON.stringify(values, (_key, value: unknown) =>
        typeof value === 'object' && value !== null && 'data' in value
          ? Buffer.from(value.data as number[]).toString()
          : value,
      ),
    )
    .toSorted();
}

test('interimap keeps two servers alike with QRESYNC over COMPRESS (RFC 7162, RFC 4978)', {
  skip: missing,
}, async () => {
  await using near = await startImapFixture();
  await using far = await startImapFixture();
  const home = mkdtempSync(join(tmpdir(), 'hongyan-interimap-'));
  try {
    const config = join(home, 'config');
    mkdirSync(join(home, 'data', 'interimap'), { recursive: true, mode: 0o700 });
    const common = `database = ${join(home, 'sync.db')}\nlist-mailbox = *\n`;
    writeFileSync(config, `${common}\n${section('local', near)}\n${section('remote', far)}`, { mode: 0o600 });
    const sync = async (): Promise<void> => {
      const env = { ...process.env, HOME: home, XDG_DATA_HOME: join(home, 'data') };
      const child = spawn('interimap', [`--config=${config}`], { env, timeout: 60_000 });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', chunk => (output += String(chunk)));
      child.stdin.end();
      const code = await new Promise(resolve => child.on('close', resolve));
      assert.equal(code, 0, output);
    };
    const letters = (name: string, count: number): string[] =>
      Array.from({ length: count }, (_, at) => `Subject: ${name} ${at}\r\n\r\n${name}\r\n`);
    await near.deliver(letters('near', 30));
    await far.deliver(letters('far', 30));
    await sync();
    assert.equal((await contents(near)).length, 60);
    assert.deepEqual(await contents(near), await contents(far));
    for (const [imap, range] of [
      [near, '1:10'],
      [far, '20:40'],
    ] as const) {
      await using client = await imap.client();
      await client.ok('SELECT INBOX');
      await client.ok(`STORE ${range} +FLAGS (\\Flagged)`);
      await client.ok(`STORE ${range.split(':')[0]} +FLAGS (\\Deleted)`);
      await client.ok('EXPUNGE');
      await imap.deliver(letters(`more ${range}`, 5));
    }
    await sync();
    await sync();
    const [left, right] = [await contents(near), await contents(far)];
    assert.equal(left.length, 68, inspect(left));
    assert.deepEqual(left, right);
  } finally {
    rmSync(home, { recursive: true });
  }
});
