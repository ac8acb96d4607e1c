import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** What came in answer to a command. */
export interface Answer {
  /** Octets, the tagged line included. */
  readonly bytes: number;
  /** The text where it was asked for, else its last line. */
  readonly text: string;
}

const tailBytes = 4_096;

/**
 * An IMAP connection that costs the machine as little as it can: answers are counted, not parsed, so that what is measured
 * is the server. Tags are such as no message holds.
 */
export class ImapPipe implements Disposable {
  readonly #socket: Socket;
  #tag = 0;
  #awaited = '* OK';
  #kept: Buffer[] | null = [];
  #tail = '';
  #bytes = 0;
  #settle: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    const broken = (): void => this.#settle?.reject(new Error('IMAP connection closed'));
    socket.on('close', broken);
    socket.on('error', broken);
  }

  /** Connects and reads the greeting. */
  static async open(port: number, tls = false): Promise<ImapPipe> {
    const at = { port, host: '127.0.0.1' };
    const socket = tls ? connectTls({ ...at, rejectUnauthorized: false }) : connect(at);
    socket.setNoDelay(true);
    const pipe = new ImapPipe(socket);
    await pipe.#answer();
    return pipe;
  }

  #answer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  #take(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#kept?.push(chunk);
    const piece = chunk.length > tailBytes ? chunk.subarray(chunk.length - tailBytes) : chunk;
    this.#tail = (this.#tail + piece.toString('latin1')).slice(-tailBytes);
    if (!this.#tail.endsWith('\r\n')) return;
    const last = this.#tail.slice(this.#tail.lastIndexOf('\r\n', this.#tail.length - 3) + 1).trimStart();
    if (!last.startsWith(this.#awaited)) return;
    const text = this.#kept === null ? last : Buffer.concat(this.#kept).toString('utf8');
    const answer = { bytes: this.#bytes, text };
    this.#bytes = 0;
    this.#tail = '';
    this.#kept = null;
    const settle = this.#settle;
    this.#settle = null;
    if (/^\S+ (NO|BAD)/.test(last)) settle?.reject(new Error(`refused: ${last}`));
    else settle?.resolve(answer);
  }

  /** Sends a command (without its tag) and waits for its end; throws when it is refused. */
  ask(command: string | Buffer, keep = false): Promise<Answer> {
    return this.batch([command], keep);
  }

  /** Sends several commands at once and waits for the end of the last one. */
  batch(commands: readonly (string | Buffer)[], keep = false): Promise<Answer> {
    const pieces: Buffer[] = [];
    for (const command of commands) {
      this.#tag += 1;
      this.#awaited = `Bq7x${this.#tag} `;
      pieces.push(Buffer.from(this.#awaited), Buffer.from(command), Buffer.from('\r\n'));
    }
    this.#kept = keep ? [] : null;
    if (this.#socket.destroyed) throw new Error('IMAP connection closed');
    const answer = this.#answer();
    this.#socket.write(Buffer.concat(pieces));
    return answer;
  }

  /** IDLE: resolves when the server has agreed. */
  idle(): Promise<Answer> {
    this.#tag += 1;
    this.#awaited = '+';
    const answer = this.#answer();
    this.#socket.write(`Bq7x${this.#tag} IDLE\r\n`);
    return answer;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
