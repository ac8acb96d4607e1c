import { scanMessage } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import type { Scope } from '../../access/scope.ts';
import { isMailError } from '../../platform/errors.ts';
import { fillReferences, referencesOf } from '../../store/accounts/message-rows.ts';
import { readMessageRange } from '../body.ts';
import type { MailboxContext } from '../context.ts';
import { referenceText } from '../filing/file-message.ts';
import type { MessageRow } from '../types.ts';

/** So much of a message is looked through for its References field, octets. */
const headerBytes = 64 * 1024;

/** The header of a message alone: what comes after the empty line is cut off. */
function headerOf(bytes: Uint8Array): Uint8Array {
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf('\r\n\r\n');
  return end < 0 ? bytes : bytes.subarray(0, end + 4);
}

async function lookInto(ctx: MailboxContext, scope: Scope, row: MessageRow): Promise<string> {
  try {
    const header = headerOf(await readMessageRange(ctx, scope, row, 0, headerBytes));
    return referenceText(summarise(scanMessage(header)));
  } catch (error) {
    if (!isMailError(error, 'store.corrupt') && !isMailError(error, 'message.not_found')) throw error;
    return '';
  }
}

/**
 * What messages refer to, by message id: the ids of References, oldest first, else the first of In-Reply-To. Messages that
 * were filed before this was kept are looked into once, and what is found is written down.
 */
export async function messageReferences(
  ctx: MailboxContext,
  scope: Scope,
  rows: readonly MessageRow[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const ids = [...new Set(rows.map(row => row.messageId))];
  const stored = await ctx.accounts.read(scope, reader => referencesOf(reader, ids));
  const found = new Map<number, string>();
  for (const row of rows) {
    if (stored.get(row.messageId) === null && !found.has(row.messageId)) {
      found.set(row.messageId, await lookInto(ctx, scope, row));
    }
  }
  if (found.size > 0) {
    await ctx.accounts.transact(
      scope,
      async tx => {
        for (const [id, text] of found) await fillReferences(tx, id, text);
      },
      { durability: 'relaxed' },
    );
  }
  return new Map(
    [...stored].map(([id, text]) => [
      id,
      (text ?? found.get(id) ?? '').split('\n').filter(each => each !== ''),
    ]),
  );
}
