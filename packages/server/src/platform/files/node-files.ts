import {
  close,
  closeSync,
  fdatasync,
  fstatSync,
  fsync,
  linkSync,
  mkdirSync,
  openSync,
  read,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  write,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { MailError } from '../errors.ts';
import type { FileStatus, Files, OpenFile } from './files.ts';

const readAsync = promisify(read);
const writeAsync = promisify(write);
const datasyncAsync = promisify(fdatasync);
const syncAsync = promisify(fsync);
const closeAsync = promisify(close);

/**
 * Up to this size a read or write runs on the spot: the page cache answers in about 4 µs, a round trip through the
 * thread pool costs about 40 µs of CPU. Larger ones leave the event loop free.
 */
const inlineBytes = 64 * 1024;

function systemCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** A failure of the system as one of the catalogue. */
export function translateFileError(error: unknown): unknown {
  const code = systemCode(error);
  if (code === null || error instanceof MailError) return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
  return new MailError(full ? 'store.full' : 'store.unavailable', { system: code }, { cause: error });
}

function unless<T>(expected: string, work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (systemCode(error) === expected) return null;
    throw translateFileError(error);
  }
}

async function translated<T>(work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateFileError(error);
  }
}

/** Joins neighbours that are small: copying them is cheaper than a system call for each. Large ones stay as they are. */
function* gather(chunks: readonly Uint8Array[]): Generator<Uint8Array> {
  let small: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (chunk.length <= inlineBytes) {
      small.push(chunk);
      continue;
    }
    if (small.length > 0) yield Buffer.concat(small);
    small = [];
    yield chunk;
  }
  const [only] = small;
  if (only) yield small.length === 1 ? only : Buffer.concat(small);
}

class NodeFile implements OpenFile {
  readonly #fd: number;
  #closed = false;

  constructor(fd: number) {
    this.#fd = fd;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    return translated(async () => {
      let done = 0;
      while (done < into.length) {
        const left = into.length - done;
        const got =
          left <= inlineBytes
            ? readSync(this.#fd, into, done, left, position + done)
            : (await readAsync(this.#fd, into, done, left, position + done)).bytesRead;
        if (got === 0) break;
        done += got;
      }
      return done;
    });
  }

  async write(chunks: readonly Uint8Array[], position: number): Promise<void> {
    await translated(async () => {
      let at = position;
      for (const piece of gather(chunks)) {
        await this.#writePiece(piece, at);
        at += piece.length;
      }
    });
  }

  async #writePiece(bytes: Uint8Array, position: number): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const left = bytes.length - done;
      done +=
        left <= inlineBytes
          ? writeSync(this.#fd, bytes, done, left, position + done)
          : (await writeAsync(this.#fd, bytes, done, left, position + done)).bytesWritten;
    }
  }

  async datasync(): Promise<void> {
    await translated(() => datasyncAsync(this.#fd));
  }

  async size(): Promise<number> {
    return translated(() => fstatSync(this.#fd).size);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await translated(() => closeAsync(this.#fd));
  }
}

function openFile(path: string, flags: string, expected: string, mode: number): OpenFile | null {
  const fd = unless(expected, () => openSync(path, flags, mode));
  return fd === null ? null : new NodeFile(fd);
}

/** The machine's file system. Files are private to the account that runs the server. */
export const nodeFiles: Files = {
  openRead: async path => openFile(path, 'r', 'ENOENT', 0),
  openWrite: async path => openFile(path, 'r+', 'ENOENT', 0),
  create: async (path, mode = 0o600) => openFile(path, 'wx+', 'EEXIST', mode),
  rename: async (from, to) => translated(() => renameSync(from, to)),
  link: async (existing, to) => unless('EEXIST', () => (linkSync(existing, to), true)) ?? false,
  unlink: async path => unless('ENOENT', () => (unlinkSync(path), true)) ?? false,
  async stat(path): Promise<FileStatus | null> {
    const status = unless('ENOENT', () => statSync(path));
    return status && { size: status.size, modifiedAt: status.mtimeMs };
  },
  list: async directory => unless('ENOENT', () => readdirSync(directory).toSorted()) ?? [],
  makeDirectory: async path => translated(() => void mkdirSync(path, { recursive: true, mode: 0o700 })),
  async syncDirectory(path): Promise<void> {
    // Windows cannot open directories; its file systems journal names by themselves.
    if (process.platform === 'win32') return;
    await translated(async () => {
      const fd = openSync(path, 'r');
      try {
        await syncAsync(fd);
      } finally {
        closeSync(fd);
      }
    });
  },
};
