import type { TenantId } from '../../../platform/ids.ts';
import { recipientRange } from '../../spool/recipient-rows.ts';
import { type SqlTransaction, statement } from '../../sql/port.ts';
import type { PackBlobStore } from '../pack-blob-store.ts';
import { addDeadBytes } from '../packs/pack-rows.ts';
import { removeWaiting } from '../waiting/waiting-rows.ts';

const page = statement('SELECT id, pack, length FROM blob WHERE tenant_id = $1 LIMIT $2');
const messages = statement('SELECT id FROM spool_message WHERE blob_id = $1');
const removeRecipients = statement('DELETE FROM spool_recipient WHERE id >= $1 AND id < $2');
const removeMessage = statement('DELETE FROM spool_message WHERE id = $1');
const removeLinks = statement('DELETE FROM blob_link WHERE blob_id = $1');
const removeLeases = statement('DELETE FROM blob_lease WHERE blob_id = $1');
const removeBlob = statement('DELETE FROM blob WHERE id = $1');

const pageRows = 200;

interface Row {
  readonly id: number;
  readonly pack: number;
  readonly length: number;
}

async function removeRow(tx: SqlTransaction, row: Row): Promise<void> {
  for (const { id } of await tx.all<{ id: number }>(messages, row.id)) {
    await tx.run(removeRecipients, ...recipientRange(id));
    await tx.run(removeMessage, id);
  }
  await tx.run(removeLinks, row.id);
  await tx.run(removeLeases, row.id);
  await tx.run(removeBlob, row.id);
  await removeWaiting(tx, row.id);
  await addDeadBytes(tx, row.pack, row.length);
}

/**
 * Erases everything a tenant has in the blob store and the queue, for ever. The key goes first: from then on its bodies
 * cannot be read by anybody, also not in copies of the packs; their room is reclaimed by compaction. Other processes
 * that had the key keep it in memory until they are started again. Returns how many bodies there were.
 */
export async function eraseTenant(store: PackBlobStore, tenantId: TenantId): Promise<number> {
  const { database, keys } = store.internals.context;
  await keys.erase(tenantId);
  let count = 0;
  for (;;) {
    const removed = await database.transact(async tx => {
      const rows = await tx.all<Row>(page, tenantId, pageRows);
      for (const row of rows) await removeRow(tx, row);
      return rows.length;
    });
    count += removed;
    if (removed < pageRows) return count;
  }
}
