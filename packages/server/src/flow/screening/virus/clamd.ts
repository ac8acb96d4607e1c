import { Buffer } from 'node:buffer';
import { connect, type Socket } from 'node:net';
import type { Clock } from '../../../platform/clock.ts';

/** What clamd says about a message. `unknown`: it could not tell, or was not asked. */
export type ClamdVerdict =
  | { readonly kind: 'clean' }
  | { readonly kind: 'found'; readonly name: string }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface ClamdOptions {
  /** A path, or `host:port`. */
  readonly address: string;
  /** Larger messages are not scanned, bytes. clamd has a limit of its own, StreamMaxLength. */
  readonly maxBytes: number;
  /** How long one step may take: connecting, taking more, answering. */
  readonly timeoutMs: number;
}

const maxReplyBytes = 4096;

/**
 * One message given to clamd while it streams by (its INSTREAM command: chunks with their length, ended by an empty one).
 * Whatever goes wrong makes the verdict unknown and stops no mail.
 */
export class ClamdScan implements Disposable {
  readonly #options: ClamdOptions;
  readonly #clock: Clock;
  readonly #socket: Socket;
  readonly #reply: Promise<string>;
  #sent = 0;
  #failure: string | null = null;
  #wake: (() => void) | null = null;

  constructor(options: ClamdOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#socket = connect(targetOf(options.address));
    this.#reply = this.#listen();
    this.#socket.write('zINSTREAM\0');
  }

  /** Takes the next bytes; resolves when clamd wants more, or will get none. */
  async push(chunk: Uint8Array): Promise<void> {
    if (this.#failure !== null || chunk.length === 0) return;
    this.#sent += chunk.length;
    if (this.#sent > this.#options.maxBytes) {
      this.#fail('the message is too large to be scanned');
      return;
    }
    const length = Buffer.alloc(4);
    length.writeUInt32BE(chunk.length);
    this.#socket.write(length);
    // The caller uses its memory again.
    if (!this.#socket.write(Buffer.from(chunk))) await this.#drained();
  }

  /** Ends the message and waits for the verdict. */
  async finish(): Promise<ClamdVerdict> {
    if (this.#failure === null) this.#socket.write(Buffer.alloc(4));
    const timer = this.#clock.after(this.#options.timeoutMs, () => this.#fail('clamd took too long'));
    const reply = await this.#reply;
    timer.cancel();
    this.#socket.destroy();
    if (this.#failure !== null) return { kind: 'unknown', reason: this.#failure };
    return verdictOf(reply);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  async #drained(): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = this.#clock.after(this.#options.timeoutMs, () => this.#fail('clamd took too long'));
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
      this.#socket.once('drain', () => this.#wake?.());
    });
    this.#wake = null;
  }

  #fail(reason: string): void {
    this.#failure ??= reason;
    this.#socket.destroy();
    this.#wake?.();
  }

  #listen(): Promise<string> {
    let text = '';
    return new Promise(resolve => {
      this.#socket.on('data', (data: Buffer) => {
        text += data.toString('latin1');
        if (text.length > maxReplyBytes) this.#fail('clamd said too much');
        if (text.includes('\0')) resolve(text.slice(0, text.indexOf('\0')));
      });
      this.#socket.on('error', error => this.#fail(`clamd: ${error.message}`));
      this.#socket.on('close', () => {
        this.#failure ??= text.includes('\0') ? null : 'clamd hung up';
        this.#wake?.();
        resolve(text);
      });
    });
  }
}

function targetOf(address: string): { path: string } | { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  const port = colon < 0 ? '' : address.slice(colon + 1);
  if (address.includes('/') || !/^[0-9]{1,5}$/.test(port)) return { path: address };
  const host = address.slice(0, colon);
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  return { host: bare, port: Math.min(Number(port), 65_535) };
}

/** `stream: OK`, `stream: Name FOUND` or something with `ERROR`. */
function verdictOf(reply: string): ClamdVerdict {
  const text = reply.trim();
  const prefix = 'stream: ';
  if (text === `${prefix}OK`) return { kind: 'clean' };
  if (text.startsWith(prefix) && text.endsWith(' FOUND')) {
    const name = text.slice(prefix.length, -' FOUND'.length).replaceAll(/[^\x21-\x7e]/g, '_');
    return { kind: 'found', name: name.slice(0, 100) };
  }
  return { kind: 'unknown', reason: `clamd: ${text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100)}` };
}
