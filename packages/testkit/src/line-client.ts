import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';

export interface LineClientOptions {
  readonly port: number;
  readonly host?: string;
  /** TLS from the first byte. */
  readonly tls?: boolean;
  /** Bounds every wait. */
  readonly timeoutMs?: number;
  /** Further TLS options; certificates are not checked unless said here. */
  readonly tlsOptions?: ConnectionOptions;
  /** Leaves Nagle's algorithm on when false. Default: off, so each `send` is on the wire at once. */
  readonly noDelay?: boolean;
}

const defaultTimeoutMs = 10_000;

/**
 * A client that knows lines and nothing else, for conversation tests: independent of the server's own reading
 * code. Text is Latin-1, so that any byte can be sent and seen.
 */
export class LineClient implements AsyncDisposable {
  readonly #options: LineClientOptions;
  #socket: Socket;
  #received = '';
  #ended = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket, options: LineClientOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#attach(socket);
  }

  static async connect(options: LineClientOptions): Promise<LineClient> {
    const host = options.host ?? '127.0.0.1';
    if (options.tls === true) {
      const socket = connectTls({
        host,
        port: options.port,
        rejectUnauthorized: false,
        ...options.tlsOptions,
      });
      await once(socket, 'secureConnect');
      return new LineClient(socket, options);
    }
    const socket = connect({ host, port: options.port, noDelay: options.noDelay ?? true });
    await once(socket, 'connect');
    return new LineClient(socket, options);
  }

  /** The socket under it, for tests about resets, TLS or pausing. */
  get socket(): Socket | TLSSocket {
    return this.#socket;
  }

  /** Whether the server has hung up and everything it said was read. */
  get ended(): boolean {
    return this.#ended && this.#received === '';
  }

  /** Sends text as Latin-1 bytes, as it is. */
  send(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /** Sends bytes and waits until the socket has taken them. */
  async sendBytes(bytes: Uint8Array): Promise<void> {
    if (!this.#socket.write(bytes)) await once(this.#socket, 'drain');
  }

  /** The next line without its CRLF; null when the server has hung up. A last line without CRLF counts as one. */
  async readLine(): Promise<string | null> {
    for (;;) {
      const end = this.#received.indexOf('\n');
      if (end !== -1) {
        const line = this.#received.slice(0, end).replace(/\r$/, '');
        this.#received = this.#received.slice(end + 1);
        return line;
      }
      if (this.#ended) {
        const rest = this.#received;
        this.#received = '';
        return rest === '' ? null : rest;
      }
      await this.#more();
    }
  }

  /** Everything until the server hangs up. */
  async readToEnd(): Promise<string> {
    while (!this.#ended) await this.#more();
    const rest = this.#received;
    this.#received = '';
    return rest;
  }

  /** What has arrived and was not read, without waiting. */
  peek(): string {
    return this.#received;
  }

  /** Shakes hands over TLS on the open connection. */
  async startTls(options: ConnectionOptions = {}): Promise<void> {
    const plain = this.#socket;
    plain.removeAllListeners('data').removeAllListeners('end').removeAllListeners('close');
    this.#received = '';
    const secured = connectTls({
      socket: plain,
      rejectUnauthorized: false,
      ...this.#options.tlsOptions,
      ...options,
    });
    await once(secured, 'secureConnect');
    this.#socket = secured;
    this.#attach(secured);
  }

  /** Says that nothing more will be sent, and keeps reading. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.destroy();
    return Promise.resolve();
  }

  #attach(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1');
      this.#wake();
    });
    const ended = (): void => {
      this.#ended = true;
      this.#wake();
    };
    socket.on('end', ended);
    socket.on('close', ended);
    // The server may reset the connection in tests about abuse: 'close' follows and counts as hanging up.
    socket.on('error', () => undefined);
  }

  async #more(): Promise<void> {
    const timeoutMs = this.#options.timeoutMs ?? defaultTimeoutMs;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      reject(
        new Error(
          `nothing came within ${timeoutMs} ms; unread: ${JSON.stringify(this.#received.slice(-200))}`,
        ),
      );
    }, timeoutMs);
    this.#wake = resolve;
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#wake = () => undefined;
    }
  }
}
