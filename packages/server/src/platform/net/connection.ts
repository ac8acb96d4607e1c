import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { DeflatedSocket } from './deflated-socket.ts';
import { type DroppedLine, InputBuffer } from './input-buffer.ts';
import { OutputQueue } from './output-queue.ts';
import { serverTlsInfo, serverTlsSocket, type TlsInfo, type TlsProvider } from './tls.ts';
import { type MinimumRate, Watchdog } from './watchdog.ts';

/**
 * Why a read brought nothing. `closed`: the peer is gone or has sent its last byte. `timeout`: it was idle or
 * too slow. `drain`: the server is stopping (only `readLine` says so). After `timeout` and `drain` the session
 * says its farewell and closes.
 */
export type ReadFailure = 'closed' | 'timeout' | 'drain';

export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** Input held before the socket is paused, unless a reader has asked for more. */
const inputHighWater = 64 * 1024;
/** An over-long line may waste this much before the connection is given up. */
const skippedBytesLimit = 1024 * 1024;
/** How long `close` waits for the peer to take the last bytes and hang up. */
const lingerMs = 5000;

interface PendingRead {
  /** Takes the result out of the input, or `undefined` while there is not enough. */
  readonly take: () => Buffer | 'too-long' | undefined;
  readonly resolve: (result: Buffer | 'too-long' | ReadFailure) => void;
  readonly line: boolean;
}

/**
 * One TCP connection as a protocol session sees it: pull reading with back-pressure, corked writing, TLS in
 * mid-stream, time-outs. One read at a time; writing is allowed while a read waits. An idle connection holds
 * no buffers of its own.
 *
 * @example
 * for (;;) {
 *   const line = await connection.readLine(512);
 *   if (line === 'too-long') { connection.write('500 5.5.6 Line too long\r\n'); continue; }
 *   if (typeof line === 'string') break;            // closed, timeout, drain
 *   connection.write(replyTo(line));                // goes out when there is no further complete line
 * }
 * await connection.close();
 */
export class Connection {
  /** Who is at the other end; behind a trusted proxy, who the proxy says. */
  readonly peer: Peer;
  /** Our end of the connection. */
  readonly local: Peer;
  readonly #clock: Clock;
  readonly #input = new InputBuffer();
  readonly #output: OutputQueue;
  readonly #watchdog: Watchdog;
  #socket: Socket;
  #tls: TlsInfo | null = null;
  #compressed = false;
  #pending: PendingRead | null = null;
  #wanted = inputHighWater;
  #paused = false;
  #ended = false;
  #closed = false;
  #closing = false;
  #expired = false;
  #draining = false;
  #reads = 0;
  #received = 0;
  readonly #onClosed: Promise<void>;
  #resolveClosed: () => void = () => undefined;

  /** Takes over `socket`, which has no other readers. */
  constructor(
    socket: Socket,
    options: { readonly clock: Clock; readonly peer?: Peer; readonly local?: Peer },
  ) {
    this.#socket = socket;
    this.#clock = options.clock;
    this.peer = options.peer ?? { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    this.local = options.local ?? { address: socket.localAddress ?? '', port: socket.localPort ?? 0 };
    this.#output = new OutputQueue(socket);
    this.#watchdog = new Watchdog(options.clock, {
      waiting: () => this.#pending !== null || this.#output.congested,
      progress: () => this.#reads + this.#output.taken,
      received: () => this.#received,
      expired: () => this.#expire(),
    });
    this.#onClosed = new Promise(resolve => {
      this.#resolveClosed = resolve;
    });
    this.#attach(socket);
  }

  /** What was negotiated, or null in plain. */
  get tls(): TlsInfo | null {
    return this.#tls;
  }

  /** Whether DEFLATE is in use. */
  get compressed(): boolean {
    return this.#compressed;
  }

  /** Whether nothing can be sent any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether the session is through and only the peer's last bytes are awaited. */
  get closing(): boolean {
    return this.#closing;
  }

  /** Settles when the socket is gone, for whatever reason. */
  get whenClosed(): Promise<void> {
    return this.#onClosed;
  }

  /** Whether the server is stopping: the session should end at the next convenient moment. */
  get draining(): boolean {
    return this.#draining;
  }

  /** Bytes received and not yet read. */
  get buffered(): number {
    return this.#input.length;
  }

  /** Beginning and end of the line that a read last reported as `too-long`. */
  get droppedLine(): DroppedLine {
    return this.#input.dropped;
  }

  /** Bytes received since the connection (or its encryption) began. */
  get received(): number {
    return this.#received;
  }

  /**
   * The next line with its line end (LF, with or without CR: see `endsInCrlf`, `withoutLineEnd`), at most
   * `limit` bytes including it. A longer one is dropped and reported as `too-long`. Sends what was written
   * before it waits, and waits also while the peer does not take our output: who does not read may not send.
   * The line is a view: copy what you keep.
   */
  readLine(limit: number): Promise<Buffer | 'too-long' | ReadFailure> {
    return this.#read(() => this.#input.takeLine(limit), true, limit);
  }

  /** `readLine` without waiting: `undefined` when there is no complete line now or the peer does not take our output. */
  tryReadLine(limit: number): Buffer | 'too-long' | undefined {
    if (this.#pending !== null || this.#output.congested) return undefined;
    const line = this.#input.takeLine(limit);
    if (line !== undefined) this.#took();
    return line;
  }

  /** Exactly `count` bytes in one piece. The caller limits `count`: so much is held in memory. */
  readExactly(count: number): Promise<Buffer | ReadFailure> {
    return this.#read(() => this.#input.takeExactly(count), false, count) as Promise<Buffer | ReadFailure>;
  }

  /** Whatever arrives next, between 1 and `max` bytes: for literals and message bodies of any length. */
  readSome(max: number): Promise<Buffer | ReadFailure> {
    return this.#read(() => this.#input.takeSome(max), false, 0) as Promise<Buffer | ReadFailure>;
  }

  /** Puts the tail of what the last read returned back in front of the input. */
  unread(bytes: Buffer): void {
    this.#input.unread(bytes);
  }

  /** Queues bytes (a string as UTF-8). They go out with the next wait for input, `flush`, or when they get many. */
  write(data: Uint8Array | string): void {
    if (!this.#closed && !this.#closing) this.#output.push(data);
  }

  /** Sends what is queued; resolves when the peer keeps up (or is gone). Await it between pieces of long output. */
  flush(): Promise<void> {
    return this.#output.flush();
  }

  /** Idle time-out from now on: that long without a complete command or piece of data. 0: none. */
  setIdleTimeout(idleMs: number): void {
    this.#watchdog.idleAfter(idleMs);
  }

  /** Minimum rate of a bulk transfer that starts now; null when it is over. */
  setMinimumRate(rate: MinimumRate | null): void {
    this.#watchdog.demand(rate);
  }

  /**
   * Server side of STARTTLS: drops everything received in plain (commands injected before the handshake,
   * RFC 3207 §4.2, RFC 9051 §6.2.1), sends what was written before and `goAhead`, and shakes hands. A failed
   * handshake destroys the connection and returns null.
   */
  startTls(provider: TlsProvider, goAhead: string, timeoutMs: number): Promise<TlsInfo | null> {
    this.#detach();
    this.#input.clear();
    while (this.#socket.read() !== null);
    this.#output.push(goAhead);
    void this.#output.flush();
    return this.#handshake(provider, timeoutMs);
  }

  /** TLS from the first byte; to be called before anything is read. Otherwise as `startTls`. */
  implicitTls(provider: TlsProvider, timeoutMs: number): Promise<TlsInfo | null> {
    this.#detach();
    return this.#handshake(provider, timeoutMs);
  }

  /** Compresses what comes after `goAhead` in both directions (RFC 4978 §3). All that was received must have been read. */
  startDeflate(goAhead: string): void {
    if (this.#compressed || this.#input.length > 0) throw new Error('compression cannot begin here');
    this.#detach();
    this.#output.push(goAhead);
    void this.#output.flush();
    this.#compressed = true;
    this.#socket = new DeflatedSocket(this.#socket) as unknown as Socket;
    this.#output.moveTo(this.#socket);
    this.#attach(this.#socket);
  }

  /** Tells a waiting (or the next waiting) `readLine` that the server stops. */
  beginDrain(): void {
    this.#draining = true;
    if (this.#pending?.line === true) this.#settle('drain');
  }

  /** Sends what is queued, says goodbye on the TLS and TCP level, and resolves when the socket is gone (5 s at most). */
  async close(): Promise<void> {
    if (this.#closed) return;
    if (!this.#closing) {
      void this.#output.flush();
      this.#closing = true;
      this.#input.clear();
      this.#watchdog.stop();
      const timer = this.#clock.after(lingerMs, () => this.destroy());
      void this.#onClosed.then(() => timer.cancel());
      this.#socket.end();
      this.#socket.resume();
      if (this.#ended) this.#socket.destroySoon();
      this.#settle('closed');
    }
    await this.#onClosed;
  }

  /** Cuts the connection at once; what was not sent is lost. */
  destroy(): void {
    this.#socket.destroy();
    this.#gone();
  }

  readonly #onData = (chunk: Buffer): void => this.#arrived(chunk);

  readonly #onEnd = (): void => {
    this.#ended = true;
    if (this.#closing) this.#socket.destroySoon();
    else this.#advance();
  };

  readonly #onDrain = (): void => {
    this.#output.drained();
    this.#advance();
  };

  readonly #onClose = (): void => this.#gone();

  #attach(socket: Socket): void {
    socket.on('data', this.#onData).on('end', this.#onEnd).on('drain', this.#onDrain);
    // What went wrong is of no use to a session: 'close' follows and ends it.
    socket.on('error', () => undefined);
    socket.on('close', this.#onClose);
    socket.resume();
  }

  #detach(): void {
    if (this.#pending !== null) throw new Error('a read is waiting');
    this.#socket.off('data', this.#onData).off('end', this.#onEnd).off('drain', this.#onDrain);
    this.#socket.pause();
    this.#paused = false;
  }

  async #handshake(provider: TlsProvider, timeoutMs: number): Promise<TlsInfo | null> {
    if (this.#closed) return null;
    const plain = this.#socket;
    const secured = serverTlsSocket(plain, provider);
    this.#socket = secured;
    this.#output.moveTo(secured);
    secured.on('close', this.#onClose);
    const timer = this.#clock.after(timeoutMs, () => this.destroy());
    const done = await new Promise<boolean>(resolve => {
      secured.once('secure', () => resolve(true));
      void this.#onClosed.then(() => resolve(false));
    });
    timer.cancel();
    if (!done || this.#closed) return null;
    this.#tls = serverTlsInfo(secured);
    this.#received = 0;
    this.#attach(secured);
    return this.#tls;
  }

  #arrived(chunk: Buffer): void {
    this.#received += chunk.length;
    if (this.#closing) return;
    this.#input.append(chunk);
    this.#advance();
    if (this.#input.skipped > skippedBytesLimit) this.destroy();
    else if (this.#input.length >= this.#wanted && !this.#paused) {
      this.#paused = true;
      this.#socket.pause();
    }
  }

  #read(
    take: () => Buffer | 'too-long' | undefined,
    line: boolean,
    wanted: number,
  ): Promise<Buffer | 'too-long' | ReadFailure> {
    if (this.#pending !== null) throw new Error('a read is already waiting');
    if (!line || !this.#output.congested) {
      const ready = take();
      if (ready !== undefined) {
        this.#took();
        return Promise.resolve(ready);
      }
    }
    void this.#output.flush();
    if (this.#closed || this.#closing || (this.#ended && !this.#output.congested))
      return Promise.resolve('closed');
    if (this.#expired) return Promise.resolve('timeout');
    if (line && this.#draining) return Promise.resolve('drain');
    this.#wanted = Math.max(inputHighWater, wanted);
    return new Promise(resolve => {
      this.#pending = { take, resolve, line };
      this.#resume();
    });
  }

  /** Serves the waiting read if there is enough now. */
  #advance(): void {
    const pending = this.#pending;
    if (pending === null || (pending.line && this.#output.congested)) return;
    const ready = pending.take();
    if (ready !== undefined) {
      this.#pending = null;
      this.#took();
      pending.resolve(ready);
    } else if (this.#ended) this.#settle('closed');
    else this.#resume();
  }

  #took(): void {
    this.#reads += 1;
    this.#wanted = inputHighWater;
    if (this.#paused) this.#resume();
  }

  #resume(): void {
    if (!this.#paused || this.#input.length >= this.#wanted) return;
    this.#paused = false;
    this.#socket.resume();
  }

  #settle(failure: ReadFailure): void {
    const pending = this.#pending;
    this.#pending = null;
    pending?.resolve(failure);
  }

  #expire(): void {
    this.#expired = true;
    if (this.#pending !== null && !this.#output.congested) this.#settle('timeout');
    else this.destroy();
  }

  #gone(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ended = true;
    this.#watchdog.stop();
    this.#output.abandon();
    this.#input.clear();
    this.#settle('closed');
    this.#resolveClosed();
  }
}
