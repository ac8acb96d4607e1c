import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { constants, createDeflateRaw, createInflateRaw } from 'node:zlib';
import { literalHeader } from '@hongyan/formats/imap/literal-header.ts';
import {
  type ImapResponse,
  parseResponse,
  type ResponseCode,
} from '@hongyan/formats/imap/output/response.ts';

/** How one command went. */
export interface ImapReply {
  readonly status: string;
  readonly code: ResponseCode | null;
  readonly text: string;
  /** Untagged responses that came before the tagged one. */
  readonly untagged: readonly ImapResponse[];
}

/** A literal inside a command: text parts and byte parts take turns. */
export type CommandPart = string | Uint8Array;

const defaultTimeoutMs = 60_000;

/**
 * An IMAP client for tests and measurements: sends commands with literals, gives responses parsed. It knows no state;
 * several commands may be on their way.
 */
export class ImapClient implements AsyncDisposable {
  readonly #socket: Socket;
  /** What is written to. */
  #wire: Writable;
  readonly #waiting = new Map<string, (reply: ImapReply) => void>();
  #held: Buffer = Buffer.alloc(0);
  /** Where the search for the end of the line goes on: after the last literal. */
  #searchFrom = 0;
  #untagged: ImapResponse[] = [];
  #continue: (() => void) | null = null;
  #tags = 0;
  /** Called for every untagged response as it comes. */
  onUntagged: (response: ImapResponse) => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#wire = socket;
    socket.on('data', (chunk: Buffer) => this.#arrived(chunk));
    socket.on('error', () => undefined);
  }

  /** Connects and takes the greeting. */
  static async connect(port: number, tls: boolean = false): Promise<ImapClient> {
    const host = '127.0.0.1';
    const socket = tls
      ? connectTls({ host, port, rejectUnauthorized: false })
      : connect({ host, port, noDelay: true });
    await once(socket, tls ? 'secureConnect' : 'connect');
    const client = new ImapClient(socket);
    const greeting = Promise.withResolvers<void>();
    client.onUntagged = () => greeting.resolve();
    await greeting.promise;
    client.onUntagged = () => undefined;
    client.#untagged = [];
    return client;
  }

  #arrived(chunk: Buffer): void {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (;;) {
      const end = this.#held.indexOf('\r\n', this.#searchFrom);
      if (end < 0) return;
      const literal = literalHeader(this.#held.subarray(0, end));
      if (literal !== null) {
        const next = end + 2 + literal.size;
        if (this.#held.length < next) return;
        this.#searchFrom = next;
        continue;
      }
      this.#take(parseResponse(this.#held.subarray(0, end)));
      this.#held = this.#held.subarray(end + 2);
      this.#searchFrom = 0;
    }
  }

  #take(response: ImapResponse): void {
    if (response.kind === 'continuation') {
      this.#continue?.();
      return;
    }
    if (response.kind === 'status' && response.tag !== null) {
      const { tag, status, code, text } = response;
      const untagged = this.#untagged;
      this.#untagged = [];
      this.#waiting.get(tag)?.({ status, code, text, untagged });
      this.#waiting.delete(tag);
      return;
    }
    this.#untagged.push(response);
    this.onUntagged(response);
  }

  /** Resolves with the next continuation request. */
  async #continuation(): Promise<void> {
    await bounded(
      new Promise<void>(resolve => {
        this.#continue = resolve;
      }),
      'no continuation',
    );
    this.#continue = null;
  }

  /** Sends a command; byte parts go as synchronising literals. */
  async command(...parts: readonly CommandPart[]): Promise<ImapReply> {
    const tag = `t${++this.#tags}`;
    const reply = new Promise<ImapReply>(resolve => this.#waiting.set(tag, resolve));
    let line = `${tag} `;
    for (const part of parts) {
      if (typeof part === 'string') line += part;
      else {
        const go = this.#continuation();
        this.#wire.write(`${line}{${part.length}}\r\n`);
        await Promise.race([go, reply]);
        if (!this.#waiting.has(tag)) return reply;
        this.#wire.write(part);
        line = '';
      }
    }
    this.#wire.write(`${line}\r\n`);
    return bounded(reply, `no answer to ${parts.map(String).join('').slice(0, 100)}`);
  }

  /** As `command`, and throws unless the answer is OK. */
  async ok(...parts: readonly CommandPart[]): Promise<ImapReply> {
    const reply = await this.command(...parts);
    if (reply.status !== 'OK')
      throw new Error(`${parts.map(String).join('').slice(0, 100)}: ${reply.status} ${reply.text}`);
    return reply;
  }

  /** COMPRESS DEFLATE: what follows is compressed both ways (RFC 4978). */
  async compress(): Promise<void> {
    await this.ok('COMPRESS DEFLATE');
    const plain = this.#socket;
    const inflate = createInflateRaw();
    const deflate = createDeflateRaw({ flush: constants.Z_SYNC_FLUSH });
    plain.removeAllListeners('data');
    plain.pipe(inflate).on('data', (chunk: Buffer) => this.#arrived(chunk));
    inflate.on('error', () => plain.destroy());
    deflate.pipe(plain);
    this.#wire = deflate;
  }

  /** Starts IDLE; resolves when the server is idling. `stop` ends it. */
  async idle(): Promise<{ stop(): Promise<ImapReply> }> {
    const go = this.#continuation();
    const reply = this.command('IDLE');
    await go;
    return {
      stop: () => {
        this.#wire.write('DONE\r\n');
        return reply;
      },
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    return Promise.resolve();
  }
}

async function bounded<T>(work: Promise<T>, what: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`${what} within ${defaultTimeoutMs} ms`)),
    defaultTimeoutMs,
  );
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
