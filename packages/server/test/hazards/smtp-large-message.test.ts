import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SmtpFixture, skipTo } from '@hongyan/testkit/smtp-fixture.ts';

const megabyte = 1024 * 1024;
const line = `${'0123456789'.repeat(7)}\r\n`;
const block = Buffer.from(line.repeat(Math.floor(megabyte / line.length)));

for (const how of ['DATA', 'BDAT'] as const) {
  test(`100 MB through ${how} to a slow acceptor: memory does not grow with the message`, async () => {
    let received = 0;
    let peak = 0;
    await using smtp = await SmtpFixture.start({
      acceptor: {
        maxMessageBytes: 200 * megabyte,
        keepBodies: false,
        onWrite: async chunk => {
          received += chunk.length;
          peak = Math.max(peak, process.memoryUsage.rss());
          await new Promise(resolve => setImmediate(resolve));
        },
      },
    });
    await using client = await smtp.greeted();
    client.send('MAIL FROM:<b@remote.test>\r\nRCPT TO:<a@example.test>\r\n');
    await skipTo(client, /^250 2\.1\.5/);
    const send = async (blocks: number): Promise<void> => {
      for (let count = 0; count < blocks; count += 1) {
        if (how === 'BDAT') client.send(`BDAT ${block.length}\r\n`);
        await client.sendBytes(block);
        if (how === 'BDAT') await skipTo(client, /^250/);
      }
    };
    if (how === 'DATA') client.send('DATA\r\n');
    if (how === 'DATA') await skipTo(client, /^354/);
    // The first part warms up the runtime, so that its own growth is not taken for the message's.
    await send(20);
    const before = Math.max(peak, process.memoryUsage.rss());
    await send(80);
    client.send(how === 'DATA' ? '.\r\n' : 'BDAT 0 LAST\r\n');
    await skipTo(client, /Queued/);
    assert.equal(received, 100 * block.length);
    // The client lives in this process too; `large-message.test.ts` measures a server by itself.
    assert.ok(peak - before < 50 * megabyte, `grew by ${((peak - before) / megabyte).toFixed(1)} MB`);
  });
}
