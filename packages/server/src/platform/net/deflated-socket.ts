import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw, type InflateRaw } from 'node:zlib';

/** Output is mostly text in short answers: little memory for each connection counts more than the last per cent. */
const deflateOptions = { level: 4, windowBits: 13, memLevel: 6, flush: constants.Z_SYNC_FLUSH } as const;
/** A peer that hangs up without ending its stream has still sent what it sent. */
const inflateOptions = { chunkSize: 16 * 1024, finishFlush: constants.Z_SYNC_FLUSH } as const;

/**
 * A socket with DEFLATE in both directions on top of another one (RFC 4978 §3, RFC 1951). Every write is flushed, so
 * that the peer can read it. What is inflated is handed on in pieces and only as fast as it is read: a small input that
 * becomes a large one takes no memory. About 160 KiB a connection.
 */
export class DeflatedSocket extends Duplex {
  readonly #plain: Socket;
  readonly #deflate: DeflateRaw = createDeflateRaw(deflateOptions);
  readonly #inflate: InflateRaw = createInflateRaw(inflateOptions);

  /** Takes over `plain`, which has no other readers and writers any more. */
  constructor(plain: Socket) {
    super({ allowHalfOpen: true });
    this.#plain = plain;
    this.#deflate.on('data', (chunk: Buffer) => plain.write(chunk));
    this.#inflate.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) this.#inflate.pause();
    });
    this.#inflate.on('end', () => this.push(null));
    this.#inflate.on('drain', () => plain.resume());
    plain.on('data', (chunk: Buffer) => {
      if (!this.#inflate.write(chunk)) plain.pause();
    });
    plain.on('end', () => this.#inflate.end());
    for (const part of [plain, this.#deflate, this.#inflate]) {
      part.on('error', (error: Error) => this.destroy(error));
    }
    plain.on('close', () => this.destroy());
    plain.resume();
  }

  /** As that of a socket: closes when everything has been written. */
  destroySoon(): void {
    if (this.writableFinished) this.destroy();
    else {
      this.once('finish', () => this.destroy());
      if (this.writable) this.end();
    }
  }

  override _read(): void {
    this.#inflate.resume();
  }

  override _write(
    chunk: Buffer | string,
    encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.#compress(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk, done);
  }

  override _writev(
    pieces: readonly { readonly chunk: Buffer | string; readonly encoding: BufferEncoding }[],
    done: (error?: Error | null) => void,
  ): void {
    const buffers = pieces.map(({ chunk, encoding }) =>
      typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk,
    );
    this.#compress(Buffer.concat(buffers), done);
  }

  /** Compresses and sends; done when the socket below keeps up. */
  #compress(bytes: Buffer, done: (error?: Error | null) => void): void {
    this.#deflate.write(bytes, error => {
      if (error || !this.#plain.writableNeedDrain) done(error);
      else this.#plain.once('drain', () => done());
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#deflate.end(() => this.#plain.end(() => done()));
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#deflate.destroy();
    this.#inflate.destroy();
    this.#plain.destroy();
    done(error);
  }
}
