import type { Scope } from '../../access/scope.ts';
import { deletedRows } from '../../store/accounts/filed-rows.ts';
import { type MailboxContext } from '../context.ts';
import { requireFolder, requireReach } from '../sharing/rights.ts';
import type { MailboxId } from '../types.ts';
import { slicesOf } from './uid-ranges.ts';

/** Sum of the sizes of the messages with \Deleted, octets (RFC 9208 §4.1.4): what EXPUNGE would free at most. */
export async function deletedStorage(ctx: MailboxContext, scope: Scope, id: MailboxId): Promise<number> {
  requireReach(scope, 'read');
  await ctx.accounts.read(scope, reader => requireFolder(reader, scope, id, 'r'));
  let bytes = 0;
  const slices = slicesOf(
    [[1, 0xffff_ffff]],
    (piece, limit) => ctx.accounts.read(scope, reader => deletedRows(reader, id, piece, limit)),
    row => row.uid,
  );
  for await (const rows of slices) for (const row of rows) bytes += row.size;
  return bytes;
}
