import { SetError } from '@hongyan/formats/jmap/method-error.ts';
import { MessageScanner } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import type { Scope } from '../../access/scope.ts';
import type { MailboxContext } from '../../mailbox/context.ts';
import { type EmailAddress, emailEnvelope } from '../../mailbox/emails/envelope.ts';
import { fileEmail } from '../../mailbox/emails/file-email.ts';
import { forgetDeleted } from '../../mailbox/filing/deleted-copy.ts';
import { releaseBodies } from '../../mailbox/filing/release-bodies.ts';
import { flagSetOf, keywordNames } from '../../mailbox/keywords.ts';
import type { MailboxId, MessageId } from '../../mailbox/types.ts';
import { MailError } from '../../platform/errors.ts';
import { unpackEnvelope } from '../../store/accounts/packed-envelope.ts';
import {
  type DeletedRow,
  deletedRow,
  deletedSince,
  removeDeleted,
} from '../../store/accounts/personal/deleted-rows.ts';
import type { BlobRef } from '../../store/blob-store.ts';
import { type PersonalContext, requireRead, requireWrite } from '../context.ts';
import { memberRights } from '../member-rights.ts';

/** A mail that was deleted for good a short while ago (CLN-02). */
export interface DeletedEmail {
  readonly id: MessageId;
  readonly subject: string;
  readonly from: readonly EmailAddress[];
  readonly receivedAt: number;
  readonly deletedAt: number;
  readonly size: number;
  /** The folder it was in last. */
  readonly mailboxName: string;
}

/** Deleted mails that are listed; older ones are there but not to be seen until these are gone. */
const mostListed = 20_000;

async function requireAllowed(ctx: PersonalContext, scope: Scope): Promise<void> {
  const { mayRestoreDeleted } = await memberRights(ctx.database, scope.tenantId);
  if (!mayRestoreDeleted) throw new MailError('access.denied', { need: 'mayRestoreDeleted' });
}

function oldest({ clock, limits }: MailboxContext): number {
  return clock.now() - limits.deletedKeepMs;
}

function toEmail(row: DeletedRow): DeletedEmail {
  const envelope = emailEnvelope(unpackEnvelope(row.envelope));
  return {
    id: row.id,
    subject: envelope.subject ?? '',
    from: envelope.from ?? [],
    receivedAt: row.receivedAt,
    deletedAt: row.deletedAt,
    size: row.prefix.length + row.blobSize,
    mailboxName: row.mailboxName,
  };
}

/** What can be restored, the last deleted first. Throws `access.denied` where the company forbids it (CLN-03). */
export async function listDeleted(ctx: PersonalContext, scope: Scope): Promise<DeletedEmail[]> {
  requireRead(scope);
  await requireAllowed(ctx, scope);
  const since = oldest(ctx.mailboxes);
  const rows = await ctx.mailboxes.accounts.read(scope, reader => deletedSince(reader, since, mostListed));
  return rows.map(toEmail);
}

/**
 * Brings a deleted mail back into a mailbox, with its flags; it is a new email then. Throws a `SetError` `notFound`, and
 * what `fileEmail` throws.
 */
export async function restoreDeleted(
  ctx: PersonalContext,
  scope: Scope,
  id: MessageId,
  mailboxId: MailboxId,
): Promise<MessageId> {
  requireWrite(scope);
  await requireAllowed(ctx, scope);
  const { accounts, blobs } = ctx.mailboxes;
  const since = oldest(ctx.mailboxes);
  const found = await accounts.read(scope, async reader => {
    const row = await deletedRow(reader, id, since);
    return row === null
      ? null
      : { row, flags: flagSetOf(row.bits, row.keywords, await keywordNames(reader)) };
  });
  if (found === null) throw new SetError('notFound');
  const { row, flags } = found;
  const blob: BlobRef = { hash: row.blobHash, size: row.blobSize };
  const scanner = new MessageScanner();
  for await (const chunk of blobs.stream(scope.tenantId, row.blobHash)) scanner.push(chunk);
  const summary = summarise(scanner.finish());
  const email = await fileEmail(ctx.mailboxes, scope, [mailboxId], {
    blob,
    summary,
    prefix: row.prefix,
    flags,
    receivedAt: row.receivedAt,
  });
  // When this is lost the mail is listed although it is back: that harms nobody.
  await accounts.transact(scope, tx => removeDeleted(tx, id));
  return email.id;
}

/** Forgets what cannot be restored any more and gives its bodies back. */
export async function expireDeleted(ctx: MailboxContext, scope: Scope): Promise<void> {
  requireWrite(scope);
  const now = ctx.clock.now();
  while (await ctx.accounts.transact(scope, tx => forgetDeleted(tx, oldest(ctx), now)));
  await releaseBodies(ctx, scope);
}
