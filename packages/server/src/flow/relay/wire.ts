import type { Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import type { Clock } from '../../platform/clock.ts';
import { InputBuffer } from '../../platform/net/input-buffer.ts';

/** The connection is of no more use: closed, reset, silent for too long, or talking nonsense. */
export class WireError extends Error {
  readonly reason: 'closed' | 'timeout' | 'protocol' | 'tls';

  constructor(reason: WireError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WireError';
    this.reason = reason;
  }
}

/** Bytes a server may send ahead of us before we stop reading. */
const mostAhead = 256 * 1024;

interface Waiter {
  readonly settle: () => void;
  readonly fail: (error: WireError) => void;
}

/**
 * A client's end of a connection: lines in, bytes out, each wait with a time-out. One reader at a time. After a
 * `WireError` it is dead; `destroy` it.
 */
export class Wire {
  readonly #clock: Clock;
  #socket: Socket;
  #input = new InputBuffer();
  #error: WireError | null = null;
  #waiter: Waiter | null = null;

  constructor(socket: Socket, clock: Clock) {
    this.#clock = clock;
    this.#socket = socket;
    this.#listen(socket);
  }

  /** What was negotiated; null in plain text. */
  get tlsSocket(): TLSSocket | null {
    return 'getCipher' in this.#socket ? (this.#socket as TLSSocket) : null;
  }

  /** Whether it can still be used, as far as known. */
  get alive(): boolean {
    return this.#error === null && !this.#socket.destroyed;
  }

  /** Whether the server said something that nobody asked for: a bad sign between transactions. */
  get unread(): number {
    return this.#input.length;
  }

  /** The next line including its line end, at most `limit` bytes. Valid until the next read. */
  async line(limit: number, timeoutMs: number): Promise<Buffer> {
    for (;;) {
      const line = this.#input.takeLine(limit);
      if (line === 'too-long' || this.#input.skipped > 0) {
        throw this.#die(new WireError('protocol', 'the server sent an endless line'));
      }
      if (line !== undefined) return line;
      if (this.#error) throw this.#error;
      this.#socket.resume();
      await this.#wait(timeoutMs, () => undefined);
    }
  }

  /** Queues bytes without waiting. For commands; bodies go through `send`. */
  write(bytes: Uint8Array | string): void {
    if (this.#error === null) this.#socket.write(bytes);
  }

  /** Writes bytes and waits while too many are still on the way. */
  async send(bytes: Uint8Array, timeoutMs: number): Promise<void> {
    if (this.#error) throw this.#error;
    if (this.#socket.write(bytes)) return;
    await this.#wait(timeoutMs, settle => {
      this.#socket.once('drain', settle);
      return () => this.#socket.off('drain', settle);
    });
  }

  /** Turns the connection into TLS. Anything received before the handshake is dropped (RFC 3207 §6). */
  async secure(options: ConnectionOptions, timeoutMs: number): Promise<void> {
    const plain = this.#socket;
    plain.removeAllListeners('data');
    plain.removeAllListeners('close');
    plain.removeAllListeners('error');
    this.#input = new InputBuffer();
    const socket = connectTls({ ...options, socket: plain });
    plain.on('error', error => socket.destroy(error));
    this.#socket = socket;
    this.#listen(socket, 'tls');
    await this.#wait(timeoutMs, settle => {
      socket.once('secureConnect', settle);
      return () => socket.off('secureConnect', settle);
    });
  }

  destroy(): void {
    this.#die(new WireError('closed', 'closed by us'));
  }

  #listen(socket: Socket, reason: 'closed' | 'tls' = 'closed'): void {
    let handshake = reason === 'tls';
    if (handshake) socket.once('secureConnect', () => (handshake = false));
    socket.on('data', (chunk: Buffer) => {
      this.#input.append(chunk);
      if (this.#input.length > mostAhead) socket.pause();
      this.#waiter?.settle();
    });
    socket.on('error', (error: Error) => {
      const message = error.message || 'connection error';
      this.#die(new WireError(handshake ? 'tls' : 'closed', message, { cause: error }));
    });
    socket.on('close', () => {
      this.#die(new WireError(handshake ? 'tls' : 'closed', 'the server closed the connection'));
    });
  }

  /** Waits for data (or what `arm` listens for), at most `timeoutMs`. `arm` may return how to stop listening. */
  async #wait(timeoutMs: number, arm: (settle: () => void) => (() => void) | undefined): Promise<void> {
    if (this.#error) throw this.#error;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const disarm = arm(resolve);
    const waiter: Waiter = { settle: disarm ? () => undefined : resolve, fail: reject };
    this.#waiter = waiter;
    const timer = this.#clock.after(timeoutMs, () => {
      this.#die(new WireError('timeout', `no answer within ${Math.ceil(timeoutMs / 1000)} s`));
    });
    try {
      await promise;
    } finally {
      timer.cancel();
      disarm?.();
      if (this.#waiter === waiter) this.#waiter = null;
    }
  }

  #die(error: WireError): WireError {
    if (this.#error === null) {
      this.#error = error;
      this.#socket.destroy();
      this.#waiter?.fail(error);
    }
    return this.#error;
  }
}
