import { Buffer } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { MailError } from '../../platform/errors.ts';
import type { BlobHash, BlobRef } from '../blob-store.ts';

/**
 * Bodies in one file: the magic, then for each body its hash (32 bytes) and size (8 bytes, little-endian), its bytes, and
 * the CRC-32 of all that (4 bytes).
 */
const magic = Buffer.from('HYBODY1\n', 'latin1');
const headBytes = 40;
const crcBytes = 4;
const readBytes = 128 * 1024;

/** Writes bodies one after the other. */
export class BodyFileWriter {
  readonly #file: FileHandle;
  #at = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      done += (await this.#file.write(bytes, done, bytes.length - done, this.#at + done)).bytesWritten;
    }
    this.#at += bytes.length;
  }

  async begin(): Promise<void> {
    await this.#write(magic);
  }

  async add(ref: BlobRef, body: AsyncIterable<Uint8Array>): Promise<void> {
    const head = Buffer.alloc(headBytes);
    head.set(ref.hash);
    head.writeBigUInt64LE(BigInt(ref.size), 32);
    let crc = crc32(head);
    let size = 0;
    await this.#write(head);
    for await (const chunk of body) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      await this.#write(chunk);
    }
    if (size !== ref.size) throw new MailError('store.corrupt', { reason: 'body length' });
    const tail = Buffer.alloc(crcBytes);
    tail.writeUInt32LE(crc);
    await this.#write(tail);
  }
}

/** A body in a file. Read `chunks` to the end before the next one; then it throws `store.corrupt` if the CRC is wrong. */
export interface FiledBody {
  readonly hash: BlobHash;
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** A file read from front to back. */
class Input {
  readonly #file: FileHandle;
  position = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async take(length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await this.#file.read(buffer, done, length - done, this.position + done);
      if (bytesRead === 0) throw new MailError('store.corrupt', { reason: 'file of bodies ends early' });
      done += bytesRead;
    }
    this.position += length;
    return buffer;
  }
}

async function* bodyChunks(
  input: Input,
  head: Uint8Array,
  end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let crc = crc32(head);
  while (input.position < end) {
    const chunk = await input.take(Math.min(readBytes, end - input.position));
    crc = crc32(chunk, crc);
    yield chunk;
  }
  if ((await input.take(crcBytes)).readUInt32LE() !== crc) {
    throw new MailError('store.corrupt', { reason: 'body checksum' });
  }
}

/** Reads the bodies of a file. Throws `store.corrupt` for anything that is not one. */
export async function* readBodyFile(file: FileHandle): AsyncGenerator<FiledBody, void, undefined> {
  const { size: total } = await file.stat();
  const input = new Input(file);
  if (total < magic.length || !(await input.take(magic.length)).equals(magic)) {
    throw new MailError('store.corrupt', { reason: 'no file of bodies' });
  }
  while (input.position < total) {
    const head = await input.take(headBytes);
    const size = Number(head.readBigUInt64LE(32));
    const end = input.position + size;
    if (end + crcBytes > total) throw new MailError('store.corrupt', { reason: 'body length' });
    yield { hash: head.subarray(0, 32), size, chunks: bodyChunks(input, head, end) };
    if (input.position !== end + crcBytes) throw new MailError('store.corrupt', { reason: 'body not read' });
  }
}
