import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SmtpFixture, skipTo } from '@hongyan/testkit/smtp-fixture.ts';
import { FakeClock } from '../../src/platform/clock.ts';

const envelope = 'MAIL FROM:<b@remote.test>\r\nRCPT TO:<a@example.test>\r\nDATA\r\n';
const idleMs = 300_000;

/** Lets what is on its way through the loopback arrive: a round trip of another session. */
async function settle(smtp: SmtpFixture): Promise<void> {
  await using other = await smtp.greeted();
  other.send('QUIT\r\n');
  await other.readToEnd();
}

test('who says nothing for the idle time is told so and let go (RFC 5321 §4.5.3.2.7)', async () => {
  const clock = new FakeClock();
  await using smtp = await SmtpFixture.start({ clock, limits: { idleMs } });
  await using client = await smtp.greeted();
  clock.advance(idleMs - 1);
  client.send('NOOP\r\n');
  assert.equal(await client.readLine(), '250 2.0.0 Ok');
  clock.advance(idleMs - 1);
  client.send('NOOP\r\n');
  assert.equal(await client.readLine(), '250 2.0.0 Ok');
  clock.advance(idleMs * 1.25);
  assert.equal(await client.readToEnd(), '421 4.4.2 Timed out waiting for input\r\n');
});

test('a command that trickles in is no sign of life', async () => {
  const clock = new FakeClock();
  await using smtp = await SmtpFixture.start({ clock, limits: { idleMs } });
  await using client = await smtp.greeted();
  for (const char of 'NOOP ') {
    client.send(char);
    await settle(smtp);
    clock.advance(idleMs / 4);
  }
  assert.equal(await client.readToEnd(), '421 4.4.2 Timed out waiting for input\r\n');
});

test('a message below the minimum rate is given up; one above it is not', async () => {
  const clock = new FakeClock();
  await using smtp = await SmtpFixture.start({
    clock,
    limits: { idleMs, minimumRate: { bytes: 1000, windowMs: 10_000 } },
  });
  await using client = await smtp.greeted();
  client.send(envelope);
  await skipTo(client, /^354/);
  for (let turn = 0; turn < 5; turn += 1) {
    client.send(`${'x'.repeat(998)}\r\n`);
    await settle(smtp);
    clock.advance(10_000);
  }
  client.send('.\r\n');
  assert.match((await client.readLine()) ?? '', /^250/);
  client.send(envelope);
  await skipTo(client, /^354/);
  client.send('x\r\n');
  await settle(smtp);
  clock.advance(10_000);
  assert.equal(await client.readToEnd(), '421 4.4.2 Timed out waiting for input\r\n');
  assert.equal(smtp.acceptor.open, 0);
});

test('time that we need ourselves is not held against the client', async () => {
  const clock = new FakeClock();
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  await using smtp = await SmtpFixture.start({
    clock,
    limits: { idleMs, minimumRate: { bytes: 1000, windowMs: 10_000 } },
    acceptor: {
      onCommit: () => {
        reached.resolve();
        return gate.promise;
      },
    },
  });
  await using client = await smtp.greeted();
  client.send(`${envelope}x\r\n.\r\n`);
  await reached.promise;
  clock.advance(10 * idleMs);
  gate.resolve();
  assert.match(await skipTo(client, /Queued/), /^250/);
});

test('a handshake that does not happen is given up', async () => {
  const clock = new FakeClock();
  await using smtp = await SmtpFixture.start({ clock, limits: { handshakeMs: 30_000 } });
  await using client = await smtp.greeted();
  client.send('STARTTLS\r\n');
  await skipTo(client, /^220/);
  clock.advance(30_000);
  assert.equal(await client.readToEnd(), '');
});

test('draining: idle sessions are told, a running message ends well, the rest is cut (RFC 5321 §3.8)', async () => {
  const clock = new FakeClock();
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  await using smtp = await SmtpFixture.start({
    clock,
    acceptor: {
      onCommit: () => {
        reached.resolve();
        return gate.promise;
      },
    },
  });
  await using idle = await smtp.greeted();
  await using busy = await smtp.greeted();
  await using stuck = await smtp.greeted();
  busy.send(`${envelope}x\r\n.\r\n`);
  stuck.send(envelope);
  await skipTo(stuck, /^354/);
  await reached.promise;
  const drained = smtp.server.drain(10_000);
  assert.equal(await idle.readToEnd(), '421 4.3.2 Service is stopping, try again later\r\n');
  gate.resolve();
  assert.match(await skipTo(busy, /Queued/), /^250/);
  assert.match(await busy.readToEnd(), /^421 4\.3\.2/);
  idle.destroy();
  busy.destroy();
  await assert.rejects(smtp.connect());
  clock.advance(10_000);
  assert.equal(await stuck.readToEnd(), '');
  assert.equal(await drained, 1);
  assert.equal(smtp.acceptor.accepted.length, 1);
  assert.equal(smtp.acceptor.open, 0);
});
