import { Buffer } from 'node:buffer';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';
import type { TextCollector } from './collector.ts';
import type { ExtractLimits } from './limits.ts';

function open(bytes: Uint8Array): Promise<ZipFile> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { promise, resolve, reject } = Promise.withResolvers<ZipFile>();
  // Sizes are checked by us while unpacking: a lie about them must not pass.
  fromBuffer(buffer, { lazyEntries: true, validateEntrySizes: true }, (error, zip) =>
    error ? reject(error) : resolve(zip),
  );
  return promise;
}

async function unpack(zip: ZipFile, entry: Entry, limit: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<NodeJS.ReadableStream>();
  zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of await promise) {
    const piece = chunk as Buffer;
    size += piece.length;
    if (size > limit) throw new RangeError('an entry is too large');
    chunks.push(piece);
  }
  return Buffer.concat(chunks, size);
}

/**
 * Unpacks the entries whose names `wanted` accepts and hands them to `read`, in the order of the archive. Throws on
 * broken archives, and a RangeError when unpacking passes a limit.
 */
export async function readZip(
  bytes: Uint8Array,
  limits: ExtractLimits,
  into: TextCollector,
  wanted: (name: string) => boolean,
  read: (name: string, content: Buffer) => void,
): Promise<void> {
  const zip = await open(bytes);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let entries = 0;
  let left = limits.maxUnpackedBytes;
  const next = async (entry: Entry): Promise<void> => {
    entries += 1;
    if (wanted(entry.fileName)) {
      const content = await unpack(zip, entry, Math.min(left, limits.maxEntryBytes));
      left -= content.length;
      read(entry.fileName, content);
    }
    if (!into.open || entries >= limits.maxEntries) resolve();
    else zip.readEntry();
  };
  zip.on('entry', (entry: Entry) => void next(entry).catch(reject));
  zip.on('end', resolve);
  zip.on('error', reject);
  zip.readEntry();
  try {
    await promise;
  } finally {
    zip.close();
  }
}
