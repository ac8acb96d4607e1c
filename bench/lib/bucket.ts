import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { systemClock } from '../../packages/server/src/platform/clock.ts';
import { silentLog } from '../../packages/server/src/platform/log.ts';
import { S3Client } from '../../packages/server/src/store/engines/s3/client.ts';
import { fakeS3Credentials } from '../../packages/testkit/src/stores/fake-s3.ts';

/** A bucket in memory, in a process of its own, so that its CPU does not count with ours. */
export class Bucket implements Disposable {
  readonly #child: ChildProcess;
  readonly endpoint: string;

  private constructor(child: ChildProcess, endpoint: string) {
    this.#child = child;
    this.endpoint = endpoint;
  }

  static async start(): Promise<Bucket> {
    const module = new URL('../../packages/testkit/src/stores/fake-s3.ts', import.meta.url).href;
    const code = `const { FakeS3 } = await import(${JSON.stringify(module)});
      const fake = await FakeS3.start();
      process.on('message', () => process.send(fake.log.splice(0)));
      console.log(fake.endpoint);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    return new Bucket(child, line.toString().trim());
  }

  /** A client of it as the server has one. */
  client(): S3Client {
    return new S3Client({
      endpoint: this.endpoint,
      region: 'us-east-1',
      bucket: 'mail',
      pathStyle: true,
      credentials: fakeS3Credentials,
      ca: null,
      timeoutMs: 10_000,
      attempts: 3,
      connections: 8,
      clock: systemClock,
      log: silentLog,
    });
  }

  /** Requests since this was asked last, by method. */
  async requests(): Promise<ReadonlyMap<string, number>> {
    const answer = once(this.#child, 'message');
    this.#child.send('requests');
    const [lines] = (await answer) as [string[]];
    const counted = new Map<string, number>();
    for (const line of lines) {
      const method = line.slice(0, line.indexOf(' '));
      counted.set(method, (counted.get(method) ?? 0) + 1);
    }
    return counted;
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}
