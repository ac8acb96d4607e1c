import type { Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountTransaction } from '../store/accounts/account-transaction.ts';
import { appliedDelivery, batchPrefix, insertDelivery } from '../store/accounts/delivery-rows.ts';
import { countMailbox, type MailboxRow, mailboxRowOfRole } from '../store/accounts/mailbox-rows.ts';
import { announce, type MailboxContext, type Quota, requireWrite } from './context.ts';
import { fileMessage, requireUids } from './filing/file-message.ts';
import { pruneIfDue } from './filing/prune.ts';
import { Tally } from './filing/tally.ts';
import { useQuota } from './quota.ts';
import { onlyChangeable, requireFolder, requireReach, settable } from './sharing/rights.ts';
import { lookUp, treeIn } from './tree.ts';
import type { MailboxId, MailboxRole, NewMessage } from './types.ts';

export interface Appended {
  readonly uidValidity: number;
  /** In the order of the messages (RFC 4315 §3 APPENDUID). */
  readonly uids: number[];
  readonly modseq: number;
}

function requireSize(ctx: MailboxContext, messages: readonly NewMessage[]): void {
  for (const { prefix, blob } of messages) {
    if (prefix.length + blob.size > ctx.limits.maxMessageBytes) {
      throw new MailError('message.too_large', { max: ctx.limits.maxMessageBytes });
    }
  }
}

async function file(
  ctx: MailboxContext,
  tx: AccountTransaction,
  mailbox: MailboxRow,
  messages: readonly NewMessage[],
  quota: Quota,
): Promise<Appended> {
  requireUids(mailbox, messages.length);
  const now = ctx.clock.now();
  const tally = new Tally();
  const uids: number[] = [];
  for (const message of messages) {
    const uid = mailbox.uidNext + uids.length;
    await fileMessage(tx, mailbox, uid, message, tally, ctx.limits, now);
    uids.push(uid);
  }
  useQuota(tx, quota, tally.bytes, tally.total);
  await countMailbox(tx, mailbox.id, tally, messages.length);
  announce(ctx, tx);
  return { uidValidity: mailbox.uidValidity, uids, modseq: tx.state.modseq };
}

/**
 * Files messages, all or none (RFC 9051 §6.3.12, RFC 3502); durable when it resolves. Throws `mailbox.not_found`,
 * `message.too_large`, `quota.exceeded`, `input.invalid` (keyword), `limit.exceeded` (keywords), `store.busy` when a body was
 * collected meanwhile.
 */
export async function appendMessages(
  ctx: MailboxContext,
  scope: Scope,
  id: MailboxId,
  messages: readonly NewMessage[],
): Promise<Appended> {
  requireReach(scope, 'write');
  requireSize(ctx, messages);
  const quota = await ctx.quotas.quota(scope.tenantId, scope.accountId);
  const blobs = messages.map(message => message.blob);
  if (scope.folders === 'shared') {
    await ctx.accounts.read(scope, reader => requireFolder(reader, scope, id, 'i'));
  }
  // Before the rows, so that a crash leaves a link too many, never one too few.
  if (blobs.length > 0) await ctx.blobs.link(scope.tenantId, scope.accountId, blobs);
  return ctx.accounts.transact(scope, async tx => {
    const mailbox = await requireFolder(tx, scope, id, 'i');
    const allowed = await settable(tx, scope, mailbox);
    const settled = messages.map(message => ({ ...message, flags: onlyChangeable(message.flags, allowed) }));
    return file(ctx, tx, mailbox, settled, quota);
  });
}

/** Where a delivery goes: a path, or the mailbox with a role. INBOX takes what has no such place. */
export type DeliveryTarget = { readonly path: readonly string[] } | { readonly role: MailboxRole };

export interface Delivered {
  /** The delivery was applied before; nothing happened now. */
  readonly duplicate: boolean;
  readonly uid: number;
  readonly mailboxId: MailboxId;
}

async function targetOf(
  ctx: MailboxContext,
  tx: AccountTransaction,
  target: DeliveryTarget,
): Promise<MailboxRow> {
  const wanted =
    'role' in target
      ? await mailboxRowOfRole(tx, target.role)
      : lookUp(await treeIn(tx), target.path, ctx.limits);
  const mailbox = wanted ?? (await mailboxRowOfRole(tx, 'inbox'));
  if (!mailbox) throw new MailError('mailbox.not_found', { role: 'inbox' });
  return mailbox;
}

/**
 * Files one delivered message, once: the same `deliveryId` again changes nothing and tells where the message went. The
 * link (body, account) has to exist already: the spool made it when it accepted the mail. Throws `quota.exceeded`,
 * `message.too_large`, `account.not_found`.
 */
export async function appendDelivery(
  ctx: MailboxContext,
  scope: Scope,
  deliveryId: string,
  target: DeliveryTarget,
  message: NewMessage,
): Promise<Delivered> {
  requireWrite(scope);
  requireSize(ctx, [message]);
  const quota = await ctx.quotas.quota(scope.tenantId, scope.accountId);
  const work = async (tx: AccountTransaction): Promise<Delivered> => {
    const before = await appliedDelivery(tx, deliveryId);
    if (before) return { duplicate: true, uid: before.uid, mailboxId: before.mailboxId };
    const mailbox = await targetOf(ctx, tx, target);
    await pruneIfDue(ctx, tx);
    const { uids } = await file(ctx, tx, mailbox, [message], quota);
    const uid = uids[0] ?? 0;
    await insertDelivery(tx, deliveryId, { mailboxId: mailbox.id, uid }, ctx.clock.now());
    return { duplicate: false, uid, mailboxId: mailbox.id };
  };
  // The queue keeps the message until this resolves: it can wait for others to share the sync.
  return ctx.accounts.transact(scope, work, { durability: 'batched' });
}

/**
 * Files messages in one mailbox once: the same `batchId` again changes nothing. `mark` (a positive integer) is kept with the
 * batch; what was kept is returned, so that somebody who copies and lost count can go on behind it. The bodies have to be
 * linked already. Throws as `appendMessages`.
 */
export async function appendOnce(
  ctx: MailboxContext,
  scope: Scope,
  id: MailboxId,
  batchId: string,
  mark: number,
  messages: readonly NewMessage[],
): Promise<number> {
  requireReach(scope, 'write');
  requireSize(ctx, messages);
  const deliveryId = `${batchPrefix}${batchId}`;
  const quota = await ctx.quotas.quota(scope.tenantId, scope.accountId);
  return ctx.accounts.transact(scope, async tx => {
    const before = await appliedDelivery(tx, deliveryId);
    if (before) return before.uid;
    const mailbox = await requireFolder(tx, scope, id, 'i');
    await file(ctx, tx, mailbox, messages, quota);
    await insertDelivery(tx, deliveryId, { mailboxId: id, uid: mark }, ctx.clock.now());
    return mark;
  });
}
