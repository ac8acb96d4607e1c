import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

/** A mailbox's UIDs, ascending, as they were at `modseq`. */
export interface StoredVector {
  readonly modseq: number;
  readonly uidNext: number;
  readonly uids: Uint32Array;
}

const selectVector = statement(
  'SELECT modseq, uidnext, uids FROM uid_vector WHERE account_id = $1 AND mailbox_id = $2',
);
const upsertVector = statement(
  `INSERT INTO uid_vector (account_id, mailbox_id, modseq, uidnext, uids)
   SELECT $1, $2, $3, $4, $5 FROM mailbox WHERE account_id = $1 AND id = $2
   ON CONFLICT (account_id, mailbox_id)
   DO UPDATE SET modseq = excluded.modseq, uidnext = excluded.uidnext, uids = excluded.uids
   WHERE uid_vector.modseq < excluded.modseq`,
);
const removeVector = statement('DELETE FROM uid_vector WHERE account_id = $1 AND mailbox_id = $2');

/** UIDs as differences, seven bits a byte, the last byte of each below 128: mostly one byte each. */
export function packUids(uids: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(uids.length * 5);
  let length = 0;
  let before = 0;
  for (const uid of uids) {
    let difference = uid - before;
    before = uid;
    while (difference >= 128) {
      bytes[length] = (difference % 128) + 128;
      length += 1;
      difference = Math.floor(difference / 128);
    }
    bytes[length] = difference;
    length += 1;
  }
  return bytes.slice(0, length);
}

/** UIDs that were packed. Bytes that are no such thing give some array; whoever uses it compares with the counters. */
export function unpackUids(bytes: Uint8Array): Uint32Array {
  const uids = new Uint32Array(bytes.length);
  let length = 0;
  let value = 0;
  let difference = 0;
  let scale = 1;
  for (const byte of bytes) {
    difference += (byte % 128) * scale;
    if (byte >= 128) {
      scale *= 128;
      continue;
    }
    value += difference;
    uids[length] = value;
    length += 1;
    difference = 0;
    scale = 1;
  }
  return uids.slice(0, length);
}

export async function storedVector(
  reader: SqlReader & { readonly accountId: number },
  mailboxId: number,
): Promise<StoredVector | null> {
  const row = (await reader.arrays(selectVector, reader.accountId, mailboxId))[0];
  const [modseq, uidNext, uids] = row ?? [];
  if (!(uids instanceof Uint8Array)) return null;
  return { modseq: Number(modseq), uidNext: Number(uidNext), uids: unpackUids(uids) };
}

/** Writes a vector unless a newer one is there or the mailbox is gone. */
export async function storeVector(
  tx: SqlTransaction,
  accountId: number,
  mailboxId: number,
  vector: StoredVector,
): Promise<void> {
  await tx.run(upsertVector, accountId, mailboxId, vector.modseq, vector.uidNext, packUids(vector.uids));
}

export async function removeStoredVector(tx: AccountTransaction, mailboxId: number): Promise<void> {
  await tx.run(removeVector, tx.accountId, mailboxId);
}
