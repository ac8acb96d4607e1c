import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountTransaction } from '../../store/accounts/account-transaction.ts';
import {
  type FiledRow,
  filedRows,
  filingsOf,
  updateFiledFlags,
  vanishFiled,
} from '../../store/accounts/filed-rows.ts';
import { countMailbox, touchMailbox } from '../../store/accounts/mailbox-rows.ts';
import { threadOf } from '../../store/accounts/message-rows.ts';
import { announce, type MailboxContext, type Quota, requireWrite } from '../context.ts';
import { pruneIfDue } from '../filing/prune.ts';
import { releaseBodies } from '../filing/release-bodies.ts';
import { Tally } from '../filing/tally.ts';
import { unfileMessages } from '../filing/unfile-messages.ts';
import { flagSetOf, keywordNames, keywordText, storedFlags } from '../keywords.ts';
import { Flag, type FlagSet, type MailboxId, type MessageId } from '../types.ts';
import { fileAgain, requireMailboxes } from './file-email.ts';

/** What of an email can change (RFC 8621 §4.6). */
export interface EmailPlace {
  readonly flags: FlagSet;
  readonly mailboxes: readonly MailboxId[];
}

interface Filing extends FiledRow {
  readonly mailboxId: MailboxId;
}

/** Where a message is filed and to be seen; filings with \Deleted are left to IMAP. */
async function filings(tx: AccountTransaction, id: MessageId): Promise<{ all: Filing[]; seen: Filing[] }> {
  const all: Filing[] = [];
  for (const { mailboxId, uid } of await filingsOf(tx, id)) {
    const [row] = await filedRows(tx, mailboxId, { kind: 'list', uids: [uid] }, 1);
    if (row) all.push({ ...row, mailboxId });
  }
  return { all, seen: all.filter(row => (row.bits & Flag.Deleted) === 0) };
}

/**
 * Changes flags and mailboxes of one email in one transaction: `decide` gets what it has and gives what it shall have; it may
 * run more than once. Flags go to every place where the email is filed. With `durable` unset only flags may change, and
 * a power cut may lose that. Throws `message.not_found`, `mailbox.not_found`, `input.invalid`, `limit.exceeded`,
 * `quota.exceeded`, and what `decide` throws.
 */
export async function changeEmail(
  ctx: MailboxContext,
  scope: Scope,
  id: MessageId,
  decide: (current: EmailPlace) => EmailPlace,
  durable: boolean,
): Promise<void> {
  requireWrite(scope);
  const quota = await ctx.quotas.quota(scope.tenantId, scope.accountId);
  await ctx.accounts.transact(
    scope,
    async tx => {
      const before = tx.state.modseq;
      const { seen } = await filings(tx, id);
      if (seen.length === 0) throw new MailError('message.not_found', { message: id });
      const names = await keywordNames(tx);
      const bits = seen.reduce((all, row) => all | row.bits, 0);
      const keywords = new Set(seen.flatMap(row => flagSetOf(0, row.keywords, names).keywords));
      const mailboxes = [...new Set(seen.map(row => row.mailboxId))];
      const wanted = decide({ flags: { bits, keywords: [...keywords] }, mailboxes });
      const flagged = await setFlags(ctx, tx, seen, wanted.flags);
      await setMailboxes(ctx, tx, flagged, wanted.mailboxes, quota);
      if (tx.state.modseq !== before) announce(ctx, tx);
    },
    { durability: durable ? 'durable' : 'relaxed' },
  );
}

/** Gives every filing the flags; returns the filings as they are now. */
async function setFlags(
  ctx: MailboxContext,
  tx: AccountTransaction,
  rows: readonly Filing[],
  flags: FlagSet,
): Promise<Filing[]> {
  const stored = await storedFlags(tx, flags, ctx.limits, true);
  const bits = stored.bits & ~Flag.Deleted;
  const keywords = keywordText(stored.keywords);
  const result: Filing[] = [];
  for (const row of rows) {
    if (row.bits === bits && row.keywords === keywords) {
      result.push(row);
      continue;
    }
    const modseq = tx.takeModseq('mail');
    await updateFiledFlags(tx, row.mailboxId, row.uid, bits, keywords, modseq);
    const tally = new Tally();
    tally.change(row.bits, bits);
    if (tally.moved) await countMailbox(tx, row.mailboxId, tally, 0);
    else await touchMailbox(tx, row.mailboxId);
    result.push({ ...row, bits, keywords, modseq });
  }
  return result;
}

/** Files and unfiles until the email is in just those mailboxes. */
async function setMailboxes(
  ctx: MailboxContext,
  tx: AccountTransaction,
  rows: readonly Filing[],
  wanted: readonly MailboxId[],
  quota: Quota,
): Promise<void> {
  const has = new Set(rows.map(row => row.mailboxId));
  const wants = new Set(wanted);
  const coming = wanted.filter(id => !has.has(id));
  const going = rows.filter(row => !wants.has(row.mailboxId));
  const [model] = rows;
  if (!model || (coming.length === 0 && going.length === 0)) return;
  if (wants.size === 0) throw new MailError('input.invalid', { field: 'mailboxIds' });
  const now = ctx.clock.now();
  const targets = await requireMailboxes(tx, coming);
  for (const row of going) {
    const tally = new Tally();
    tx.takeModseq('mail', 'mailbox');
    await vanishFiled(tx, row.mailboxId, row, await threadOf(tx, row.messageId), false, now);
    tally.count(row.bits, row.size, -1);
    tx.use(tally.bytes, tally.total);
    await countMailbox(tx, row.mailboxId, tally, 0);
  }
  for (const mailbox of targets) await fileAgain(tx, mailbox, model, quota, now);
  await pruneIfDue(ctx, tx);
}

/** Removes an email from wherever it is filed, for good (RFC 8621 §4.6). Throws `message.not_found`. */
export async function destroyEmail(ctx: MailboxContext, scope: Scope, id: MessageId): Promise<void> {
  requireWrite(scope);
  await ctx.accounts.transact(scope, async tx => {
    const { all, seen } = await filings(tx, id);
    if (seen.length === 0) throw new MailError('message.not_found', { message: id });
    await pruneIfDue(ctx, tx);
    const now = ctx.clock.now();
    for (const row of all) await unfileMessages(tx, row.mailboxId, [row], now);
    announce(ctx, tx);
  });
}

/** To be called once after a number of `destroyEmail`. */
export async function afterDestroying(ctx: MailboxContext, scope: Scope): Promise<void> {
  await releaseBodies(ctx, scope);
}
