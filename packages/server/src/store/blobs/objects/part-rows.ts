import { MailError } from '../../../platform/errors.ts';
import { type SqlDatabase, type SqlReader, statement } from '../../sql/port.ts';

/** Bytes of a part; the last one of a pack is shorter. */
export const partBytes: number = 256 * 1024;
/** Parts written in one transaction: others wait for it. */
const partsAtATime = 4;

const insert = statement('INSERT INTO pack_part (pack, number, bytes) VALUES ($1, $2, $3)');
const read = statement(
  'SELECT number, bytes FROM pack_part WHERE pack = $1 AND number >= $2 AND number <= $3 ORDER BY number',
);
const remove = statement('DELETE FROM pack_part WHERE pack = $1');
const length = statement(
  'SELECT CAST(SUM(LENGTH(bytes)) AS BIGINT) AS length FROM pack_part WHERE pack = $1',
);
const count = statement('SELECT COUNT(*) AS count FROM pack_part');
const packs = statement('SELECT DISTINCT pack FROM pack_part ORDER BY pack');
/** Only packs that are complete: their writer has closed them, or others have taken them over. */
const closedPacks = statement(
  `SELECT p.id FROM pack p WHERE p.state = 1 AND EXISTS (SELECT 1 FROM pack_part WHERE pack = p.id) ORDER BY p.id LIMIT $1`,
);

/**
 * Keeps the bytes of a pack in the database, durably, because the object store does not take them now. Throws `store.full`
 * when more than `mostBytes` would be kept.
 */
export async function keepPack(
  database: SqlDatabase,
  pack: number,
  chunks: AsyncIterable<Uint8Array>,
  mostBytes: number,
): Promise<void> {
  const kept = (await database.get<{ count: number }>(count))?.count ?? 0;
  const most = Math.floor(mostBytes / partBytes);
  let number = 0;
  let part = Buffer.alloc(0);
  let waiting: Buffer[] = [];
  const flush = async (): Promise<void> => {
    if (kept + number + waiting.length > most)
      throw new MailError('store.full', { reason: 'object store is away' });
    const first = number;
    const batch = waiting;
    number += batch.length;
    waiting = [];
    await database.transact(async tx => {
      for (const [i, bytes] of batch.entries()) await tx.run(insert, pack, first + i, bytes);
    });
  };
  try {
    for await (const chunk of chunks) {
      part = Buffer.concat([part, chunk]);
      for (; part.length >= partBytes; part = part.subarray(partBytes)) {
        waiting.push(Buffer.from(part.subarray(0, partBytes)));
        if (waiting.length === partsAtATime) await flush();
      }
    }
    if (part.length > 0) waiting.push(part);
    if (waiting.length > 0) await flush();
  } catch (error) {
    await removeParts(database, pack).catch(() => undefined);
    throw error;
  }
}

/** Bytes [start, end) of a pack that is kept in the database, cut at its end; null when it is not there. */
export async function readParts(
  reader: SqlReader,
  pack: number,
  start: number,
  end: number,
): Promise<Buffer | null> {
  const first = Math.floor(start / partBytes);
  const last = Math.floor((end - 1) / partBytes);
  const rows = await reader.all<{ number: number; bytes: Uint8Array }>(read, pack, first, last);
  if (rows.length === 0) return null;
  const from = start - first * partBytes;
  return Buffer.concat(rows.map(row => row.bytes)).subarray(from, from + end - start);
}

export async function removeParts(database: SqlDatabase, pack: number): Promise<void> {
  await database.transact(tx => tx.run(remove, pack));
}

/** Length of a kept pack, bytes; null when it is not there. */
export async function partsLength(reader: SqlReader, pack: number): Promise<number | null> {
  return (await reader.get<{ length: number | null }>(length, pack))?.length ?? null;
}

/** All packs with bytes in the database, ascending. */
export async function keptPacks(reader: SqlReader): Promise<number[]> {
  return (await reader.all<{ pack: number }>(packs)).map(row => row.pack);
}

/** Kept packs that nobody writes any more and that may be sent to the object store. */
export async function packsToSend(reader: SqlReader, limit: number): Promise<number[]> {
  return (await reader.all<{ id: number }>(closedPacks, limit)).map(row => row.id);
}
