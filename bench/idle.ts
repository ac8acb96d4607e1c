// From the end of a message over SMTP to EXISTS at a client that idles over IMAP, one after the other.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from './lib/figures.ts';
import { startHongyan } from './peers/hongyan.ts';

const rounds = 100;

/** A connection on which one can wait for text. */
class Dialogue {
  readonly #socket;
  #text = '';
  #wake: () => void = () => undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
      this.#wake();
    });
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#text)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    this.#text = '';
  }

  async ask(text: string, pattern: RegExp): Promise<void> {
    this.send(text);
    await this.until(pattern);
  }

  end(): void {
    this.#socket.destroy();
  }
}

await using server = await startHongyan(['user0']);
const imap = new Dialogue(server.imapPort);
await imap.until(/^\* OK/m);
await imap.ask(`a LOGIN ${server.login('user0')} ${server.password}\r\n`, /^a OK/m);
await imap.ask('b SELECT INBOX\r\n', /^b OK/m);
await imap.ask('c IDLE\r\n', /^\+/m);
const smtp = new Dialogue(server.smtpPort);
await smtp.until(/^220 /m);
await smtp.ask('EHLO bench.example\r\n', /^250 /m);
const seen: number[] = [];
const accepted: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  await smtp.ask('MAIL FROM:<a@bench.example>\r\n', /^250 /m);
  await smtp.ask('RCPT TO:<user0@hongyan.test>\r\n', /^250 /m);
  await smtp.ask('DATA\r\n', /^354 /m);
  const exists = imap.until(/ EXISTS/);
  const started = performance.now();
  const answered = smtp
    .ask(`Subject: ${round}\r\n\r\nhello\r\n.\r\n`, /^250 /m)
    .then(() => accepted.push(performance.now() - started));
  await exists;
  seen.push(performance.now() - started);
  await answered;
  await sleep(120);
}
imap.end();
smtp.end();
for (const [name, values] of [
  ['250', accepted],
  ['EXISTS', seen],
] as const) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string => percentile(sorted, share).toFixed(1);
  process.stdout.write(
    `${name} after the end of the message: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms\n`,
  );
}
