import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pop3Client } from '@hongyan/testkit/pop3-client.ts';
import {
  type Pop3Fixture,
  pop3Login,
  pop3Password,
  startPop3Fixture,
} from '@hongyan/testkit/pop3-fixture.ts';
import { listMailboxes } from '../../src/mailbox/list.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { until } from '../flow-fixture/until.ts';

const day = 24 * 60 * 60 * 1000;
/** When the fixture's messages were received. */
const received = Date.UTC(2026, 1, 3, 4, 5, 6);

const letter = (subject: string): string => `Subject: ${subject}\r\n\r\n${subject}\r\n`;

async function inInbox(pop3: Pop3Fixture): Promise<number | undefined> {
  const mailboxes = await listMailboxes(pop3.imap.mail, pop3.imap.scope);
  return mailboxes.find(mailbox => mailbox.role === 'inbox')?.total;
}

/** Tries to sign in until the maildrop is free. */
async function signInSoon(port: number): Promise<Pop3Client> {
  let found: Pop3Client | null = null;
  await until(async () => {
    const client = await Pop3Client.connect({ port });
    await client.ok(`USER ${pop3Login}`);
    const answer = await client.command(`PASS ${pop3Password}`);
    if (answer.ok) found = client;
    else await client[Symbol.asyncDispose]();
    return answer.ok;
  }, 'the maildrop is free');
  return found ?? assert.fail('nobody could sign in');
}

test('one session at a time: the second is told [IN-USE], may try again, and gets in after the first (RFC 1939 §4, RFC 2449 §8.1.2)', async () => {
  await using pop3 = await startPop3Fixture();
  await using first = await pop3.client();
  await using second = await Pop3Client.connect({ port: pop3.port });
  for (let round = 0; round < 3; round += 1) {
    await second.ok(`USER ${pop3Login}`);
    const refused = await second.command(`PASS ${pop3Password}`);
    assert.deepEqual([refused.ok, refused.code], [false, 'IN-USE']);
  }
  assert.equal((await second.command('STAT')).ok, false);
  await first.ok('QUIT');
  // The maildrop is free before QUIT is answered.
  await second.signIn(pop3Login, pop3Password);
  await second.ok('STAT');
});

test('the lock holds between processes, too', async () => {
  await using pop3 = await startPop3Fixture();
  const other = await pop3.another();
  await using first = await pop3.client();
  await using second = await Pop3Client.connect({ port: other.address().port });
  await second.ok(`USER ${pop3Login}`);
  assert.equal((await second.command(`PASS ${pop3Password}`)).code, 'IN-USE');
  await first.ok('QUIT');
  await second.signIn(pop3Login, pop3Password);
});

test('a dropped connection deletes nothing and frees the maildrop (RFC 1939 §6)', async () => {
  await using pop3 = await startPop3Fixture();
  await pop3.imap.deliver([letter('one'), letter('two')]);
  for (const how of ['destroy', 'end'] as const) {
    const client = await signInSoon(pop3.port);
    await client.ok('DELE 1');
    await client.ok('DELE 2');
    client.lines[how]();
    await client.lines.readToEnd();
  }
  await using again = await signInSoon(pop3.port);
  assert.equal(await again.ok('STAT'), '2 42');
  assert.equal(await inInbox(pop3), 2);
});

test('only QUIT deletes, and it deletes for good (RFC 1939 §6)', async () => {
  await using pop3 = await startPop3Fixture();
  await pop3.imap.deliver([letter('one'), letter('two'), letter('six')]);
  await using client = await pop3.client();
  await client.ok('DELE 1');
  await client.ok('DELE 3');
  assert.equal(await inInbox(pop3), 3);
  await client.ok('QUIT');
  assert.equal(await inInbox(pop3), 1);
  await using imap = await pop3.imap.client();
  await imap.ok('SELECT INBOX');
  assert.match(JSON.stringify((await imap.ok('UID SEARCH ALL')).untagged), /2/);
});

test('CLI-09: what a POP3 client deletes is hidden from POP3 and stays in the mailbox', async () => {
  await using pop3 = await startPop3Fixture();
  await pop3.set({ keepDeleted: true });
  await pop3.imap.deliver([letter('one'), letter('two')]);
  {
    await using client = await pop3.client();
    await client.ok('DELE 1');
    await client.ok('QUIT');
  }
  assert.equal(await inInbox(pop3), 2);
  await using client = await pop3.client();
  assert.equal(await client.ok('STAT'), '1 21');
  assert.match((await client.multi('UIDL'))[0] ?? '', /^1 \d+-2$/);
  await client.ok('QUIT');
  // What was hidden stays hidden after the switch is off again; what is deleted then is gone.
  await pop3.set({ keepDeleted: false });
  await using last = await pop3.client();
  assert.equal(await last.ok('STAT'), '1 21');
  await last.ok('DELE 1');
  await last.ok('QUIT');
  assert.equal(await inInbox(pop3), 1);
});

test('CLI-08: POP3 clients see the mail of the last days, or all of it, as the account or else the operator says', async () => {
  const clock = new FakeClock(received + 7 * day);
  await using pop3 = await startPop3Fixture({ clock, defaults: { rangeDays: 7 } });
  await pop3.imap.deliver([letter('one')]);
  const seen = async (): Promise<string> => {
    await using client = await pop3.client();
    const answer = await client.ok('STAT');
    await client.ok('QUIT');
    return answer;
  };
  assert.equal(await seen(), '1 21');
  clock.jump(received + 7 * day + 1);
  assert.equal(await seen(), '0 0');
  await pop3.set({ rangeDays: 8 });
  assert.equal(await seen(), '1 21');
  clock.jump(received + 3000 * day);
  assert.equal(await seen(), '0 0');
  await pop3.set({ rangeDays: null });
  assert.equal(await seen(), '1 21');
  assert.equal(await inInbox(pop3), 1);
  for (const rangeDays of [0, -1, 1.5, 100_000]) {
    await assert.rejects(pop3.set({ rangeDays }), error => isMailError(error, 'input.invalid'));
  }
});

test('a process that has died holds the maildrop for the length of a lease; one that lives, as long as it likes', async () => {
  const clock = new FakeClock(received);
  await using pop3 = await startPop3Fixture({ clock, leaseMs: 60_000 });
  await pop3.imap.deliver([letter('one')]);
  await using holder = await pop3.client();
  const tries = async (): Promise<string | null> => {
    await using client = await Pop3Client.connect({ port: pop3.port });
    await client.ok(`USER ${pop3Login}`);
    const answer = await client.command(`PASS ${pop3Password}`);
    if (answer.ok) await client.ok('QUIT');
    return answer.code;
  };
  // Time passes with its timers: the lease is prolonged.
  for (let minute = 0; minute < 5; minute += 1) {
    clock.advance(15_000);
    await holder.ok('NOOP');
  }
  assert.equal(await tries(), 'IN-USE');
  // It jumps without them: as if the process had stood still, or is gone.
  clock.jump(clock.now() + 61_000);
  assert.equal(await tries(), null);
});

test('a session that lost its lease deletes nothing: QUIT says so', async () => {
  const clock = new FakeClock(received);
  await using pop3 = await startPop3Fixture({ clock, leaseMs: 60_000 });
  await pop3.imap.deliver([letter('one')]);
  await using slow = await pop3.client();
  await slow.ok('DELE 1');
  clock.jump(clock.now() + 61_000);
  await using other = await pop3.client();
  slow.lines.send('QUIT\r\n');
  // Cut off as soon as it is known, at the latest by QUIT: never `+OK`.
  const answer = await slow.lines.readToEnd();
  assert.ok(answer === '' || answer.startsWith('-ERR'), answer);
  assert.equal(await inInbox(pop3), 1);
  await other.ok('RETR 1');
});

test('a session that lost its lease is cut off when that is known, though it says nothing', async () => {
  const clock = new FakeClock(received);
  await using pop3 = await startPop3Fixture({ clock, leaseMs: 60_000 });
  await using slow = await pop3.client();
  clock.jump(clock.now() + 61_000);
  await using other = await pop3.client();
  clock.advance(20_000);
  assert.equal(await slow.lines.readToEnd(), '');
  await other.ok('STAT');
});

test('a clock that is set back does not lock maildrops for ever', async () => {
  const clock = new FakeClock(received);
  await using pop3 = await startPop3Fixture({ clock, leaseMs: 60_000 });
  await using lost = await pop3.client();
  clock.jump(received - day);
  await using client = await pop3.client();
  await client.ok('STAT');
  assert.equal(lost.lines.ended, false);
});
