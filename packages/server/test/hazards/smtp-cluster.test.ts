import assert from 'node:assert/strict';
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { test } from 'node:test';
import { LineClient } from '@hongyan/testkit/line-client.ts';
import { SmtpFixture } from '@hongyan/testkit/smtp-fixture.ts';

if (cluster.isPrimary) {
  test('processes share one port; when one dies the others go on', { timeout: 60_000 }, async () => {
    cluster.setupPrimary({ exec: import.meta.filename });
    const workers = [cluster.fork(), cluster.fork()];
    using _ = { [Symbol.dispose]: () => workers.forEach(worker => worker.process.kill('SIGKILL')) };
    const ports = await Promise.all(workers.map(worker => portOf(worker)));
    const port = ports[0] ?? 0;
    assert.equal(ports[1], port);
    const greetings = new Set<string | null>();
    for (let count = 0; count < 4; count += 1) greetings.add(await greet(port));
    assert.equal(greetings.size, 2);
    const [victim] = workers;
    const gone = victim === undefined ? null : once(victim, 'exit');
    victim?.process.kill('SIGKILL');
    await gone;
    for (let count = 0; count < 4; count += 1) assert.match((await greet(port)) ?? '', /^220 /);
  });
} else {
  const smtp = await SmtpFixture.start({ tls: false, hostName: `${process.pid}.test` });
  process.send?.(smtp.port);
}

async function portOf(worker: Worker): Promise<number> {
  const [port] = (await once(worker, 'message')) as [number];
  return port;
}

/** Who answers a new connection: each process greets with its own name. */
async function greet(port: number): Promise<string | null> {
  await using client = await LineClient.connect({ port });
  return await client.readLine();
}
