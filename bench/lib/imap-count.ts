import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A few IMAP commands, enough to count what has arrived. */
export class ImapCounter implements Disposable {
  readonly #socket: Socket;
  #buffer = '';
  #tag = 0;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#buffer += chunk.toString('latin1');
      this.#wake();
    });
    socket.on('error', () => this.#wake());
  }

  /** Signs in with LOGIN; throws when refused. */
  static async open(port: number, user: string, password: string): Promise<ImapCounter> {
    const counter = new ImapCounter(connect(port, '127.0.0.1'));
    await counter.#until(/^\* OK.*\r\n/m);
    const reply = await counter.#command(`LOGIN "${user}" "${password}"`);
    if (!/ OK /.test(reply)) throw new Error(`IMAP login as ${user} refused: ${reply}`);
    return counter;
  }

  async #until(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#buffer);
      if (match) {
        const text = this.#buffer.slice(0, match.index + match[0].length);
        this.#buffer = this.#buffer.slice(text.length);
        return text;
      }
      if (this.#socket.destroyed) throw new Error('IMAP connection closed');
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  async #command(text: string): Promise<string> {
    this.#tag += 1;
    this.#socket.write(`a${this.#tag} ${text}\r\n`);
    return this.#until(new RegExp(`^a${this.#tag} .*\\r\\n`, 'm'));
  }

  /** Messages in INBOX. */
  async count(): Promise<number> {
    const reply = await this.#command('STATUS INBOX (MESSAGES)');
    return Number(/MESSAGES (\d+)/.exec(reply)?.[1] ?? 0);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

/** Waits until the INBOXes hold `wanted` messages in all and returns the seconds it took; gives up after `limitSeconds`. */
export async function waitForMail(
  counters: readonly ImapCounter[],
  wanted: number,
  limitSeconds: number,
): Promise<number> {
  const started = performance.now();
  for (;;) {
    let total = 0;
    for (const counter of counters) total += await counter.count();
    const seconds = (performance.now() - started) / 1000;
    if (total >= wanted) return seconds;
    if (seconds > limitSeconds)
      throw new Error(`only ${total} of ${wanted} messages arrived in ${limitSeconds} s`);
    await sleep(20);
  }
}
