import type { TenantId } from '../../../platform/ids.ts';
import type { BlobHash } from '../../blob-store.ts';
import type { SqlReader } from '../../sql/port.ts';
import type { PackAccess, PackEngine, PackReader } from '../packs/pack-engine.ts';
import { readWaiting, rowsPack } from './waiting-rows.ts';

/** A record in memory, read like a pack that holds nothing else. */
export class RecordBytes implements PackReader {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    const part = this.#bytes.subarray(position, position + into.length);
    into.set(part);
    return part.length;
  }

  async size(): Promise<number> {
    return this.#bytes.length;
  }
}

export interface PlacedBody {
  readonly tenantId: TenantId;
  readonly hash: BlobHash;
  readonly pack: number;
}

/** Runs `work` with the bytes in which a body lies: a pack, or the row in which it waits. Null when there is no such thing. */
export async function usePlace<T>(
  engine: PackEngine,
  database: SqlReader,
  body: PlacedBody,
  work: (reader: PackReader | null) => Promise<T>,
  access: PackAccess,
): Promise<T> {
  if (body.pack !== rowsPack) return engine.use(body.pack, work, access);
  const record = await readWaiting(database, body.tenantId, body.hash);
  return work(record && new RecordBytes(record));
}
