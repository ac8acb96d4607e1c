import { connect, type Socket } from 'node:net';

export interface SmtpLoad {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  readonly messages: number;
  /** Recipient of message `n`. */
  readonly recipient: (n: number) => string;
  /** Bytes of message `n`, CRLF line ends, no line starting with a dot. */
  readonly body: (n: number, to: string) => Buffer;
}

export interface SmtpLoadResult {
  readonly accepted: number;
  readonly refused: number;
  readonly seconds: number;
  /** Milliseconds from the end of a message to its 250, sorted. */
  readonly latencies: readonly number[];
}

/** Reads SMTP replies: resolves with the code of the last line of each. */
class Replies {
  readonly #socket: Socket;
  #buffer = '';
  #waiting: ((code: number) => void)[] = [];
  #fail: ((error: Error) => void)[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    const broken = (): void => {
      for (const fail of this.#fail.splice(0)) fail(new Error('connection closed'));
      this.#waiting = [];
    };
    socket.on('close', broken);
    socket.on('error', broken);
  }

  #take(chunk: Buffer): void {
    this.#buffer += chunk.toString('latin1');
    for (let end = this.#buffer.indexOf('\r\n'); end >= 0; end = this.#buffer.indexOf('\r\n')) {
      const line = this.#buffer.slice(0, end);
      this.#buffer = this.#buffer.slice(end + 2);
      if (line[3] === '-') continue;
      this.#fail.shift();
      this.#waiting.shift()?.(Number(line.slice(0, 3)));
    }
  }

  next(): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) reject(new Error('connection closed'));
      this.#waiting.push(resolve);
      this.#fail.push(reject);
    });
  }
}

/** Sends `messages` over `connections` connections as fast as the server takes them, commands pipelined (RFC 2920). */
export async function smtpLoad(load: SmtpLoad): Promise<SmtpLoadResult> {
  let next = 0;
  let accepted = 0;
  let refused = 0;
  const latencies: number[] = [];
  const bodies = Array.from({ length: load.messages }, (_, n) => load.body(n, load.recipient(n)));

  async function session(): Promise<void> {
    const socket = connect(load.port, load.host);
    const replies = new Replies(socket);
    await replies.next();
    socket.write('EHLO bench.example\r\n');
    await replies.next();
    while (next < load.messages) {
      const n = next;
      next += 1;
      socket.write(
        `MAIL FROM:<sender${n % 50}@outside.example>\r\nRCPT TO:<${load.recipient(n)}>\r\nDATA\r\n`,
      );
      const [, , data] = await Promise.all([replies.next(), replies.next(), replies.next()]);
      if (data !== 354) {
        refused += 1;
        continue;
      }
      const body = bodies[n] ?? Buffer.alloc(0);
      const started = performance.now();
      socket.write(Buffer.concat([body, Buffer.from('.\r\n')]));
      if ((await replies.next()) === 250) accepted += 1;
      else refused += 1;
      latencies.push(performance.now() - started);
    }
    socket.end('QUIT\r\n');
  }

  const started = performance.now();
  await Promise.all(Array.from({ length: load.connections }, session));
  const seconds = (performance.now() - started) / 1000;
  return { accepted, refused, seconds, latencies: latencies.toSorted((a, b) => a - b) };
}
