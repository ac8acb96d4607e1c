import type { Scope } from '../../access/scope.ts';
import { contentRows } from '../../store/accounts/emails/content-rows.ts';
import type { BlobRef } from '../../store/blob-store.ts';
import type { MailboxContext } from '../context.ts';
import { keywordNames } from '../keywords.ts';
import type { FlagSet, MailboxId, MessageId, ThreadId } from '../types.ts';
import type { EmailIndexes } from './email-indexes.ts';
import { type ChangePoint, readStates } from './states.ts';

/** Everything about an email that rows know. */
export interface EmailContent {
  readonly id: MessageId;
  readonly threadId: ThreadId;
  readonly mailboxes: readonly MailboxId[];
  readonly flags: FlagSet;
  readonly receivedAt: number;
  readonly size: number;
  readonly hasAttachment: boolean;
  readonly prefix: Uint8Array;
  readonly blob: BlobRef;
  readonly sentAt: number | null;
  /** Minutes east of Greenwich. */
  readonly sentOffset: number | null;
  readonly envelope: Uint8Array;
  readonly parts: Uint8Array;
  readonly preview: string;
  /** Read from folders that their owner shares: the right to read was proven. */
  readonly shared?: boolean;
}

/** The emails that exist among `ids` (null: all, if they are at most `most`), in that order, and the state they are of. */
export async function readEmails(
  ctx: MailboxContext,
  indexes: EmailIndexes,
  scope: Scope,
  ids: readonly MessageId[] | null,
  most: number = Number.MAX_SAFE_INTEGER,
): Promise<{ readonly state: ChangePoint; readonly emails: EmailContent[]; readonly tooMany: boolean }> {
  return indexes.read(ctx, scope, async (index, reader) => {
    const wanted = ids ?? (index.size > most ? null : index.newest().map(email => email.id));
    const { email: state } = await readStates(reader, scope);
    if (wanted === null) return { state, emails: [], tooMany: true };
    const found = wanted.map(id => index.email(id)).filter(email => email !== undefined);
    const names = await keywordNames(reader);
    const rows = await contentRows(
      reader,
      found.map(email => email.id),
    );
    const emails = found.flatMap((email): EmailContent[] => {
      const row = rows.get(email.id);
      if (!row) return [];
      const keywords = email.keywords.map(id => names.get(id)).filter(name => name !== undefined);
      return [
        {
          id: email.id,
          threadId: email.threadId,
          mailboxes: email.mailboxes,
          flags: { bits: email.bits, keywords },
          receivedAt: email.receivedAt,
          size: email.size,
          hasAttachment: email.hasAttachment,
          prefix: row.prefix,
          blob: { hash: row.blobHash, size: row.blobSize },
          sentAt: row.sentAt,
          sentOffset: row.sentOffset,
          envelope: row.envelope,
          parts: row.parts,
          preview: row.preview,
          ...(scope.folders === 'shared' ? { shared: true } : {}),
        },
      ];
    });
    return { state, emails, tooMany: false };
  });
}
