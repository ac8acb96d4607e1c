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
import { countMailbox, mailboxRow, mailboxRows, touchMailbox } from '../../store/accounts/mailbox-rows.ts';
import { threadOf } from '../../store/accounts/message-rows.ts';
import { announce, type MailboxContext, type Quota } from '../context.ts';
import { cancelWaiting } from '../filing/cancel-waiting.ts';
import { pruneIfDue } from '../filing/prune.ts';
import { releaseBodies } from '../filing/release-bodies.ts';
import { Tally } from '../filing/tally.ts';
import { unfileMessages } from '../filing/unfile-messages.ts';
import { flagSetOf, keywordNames, keywordText, storedFlags } from '../keywords.ts';
import { changeableFlags, demand, type FolderRights, requireReach, rightsInAll } from '../sharing/rights.ts';
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

/** What the scope may do in each folder; null where it has rights on the whole account. */
type FolderGrants = ReadonlyMap<MailboxId, FolderRights> | null;

const none: FolderRights = new Set();

async function grantsOf(tx: AccountTransaction, scope: Scope): Promise<FolderGrants> {
  return scope.folders === 'shared' ? rightsInAll(tx, scope, await mailboxRows(tx)) : null;
}

/** Where a message is filed and to be seen; filings with \Deleted are left to IMAP, hidden folders are left out. */
async function filings(
  tx: AccountTransaction,
  grants: FolderGrants,
  id: MessageId,
): Promise<{ all: Filing[]; seen: Filing[] }> {
  const all: Filing[] = [];
  for (const { mailboxId, uid } of await filingsOf(tx, id)) {
    if (grants !== null && !grants.get(mailboxId)?.has('r')) continue;
    const [row] = await filedRows(tx, mailboxId, { kind: 'list', uids: [uid] }, 1);
    if (row) all.push({ ...row, mailboxId });
  }
  return { all, seen: all.filter(row => (row.bits & Flag.Deleted) === 0) };
}

/**
 * Changes flags and mailboxes of one email in one transaction: `decide` gets what it has and gives what it shall have; it may
 * run more than once. Flags go to every place where the email is filed. With `durable` unset only flags may change, and
 * a power cut may lose that. Throws `message.not_found`, `mailbox.not_found`, `input.invalid`, `limit.exceeded`,
 * `quota.exceeded`, `access.denied`, and what `decide` throws.
 */
export async function changeEmail(
  ctx: MailboxContext,
  scope: Scope,
  id: MessageId,
  decide: (current: EmailPlace) => EmailPlace,
  durable: boolean,
): Promise<void> {
  requireReach(scope, 'write');
  const quota = await ctx.quotas.quota(scope.tenantId, scope.accountId);
  await ctx.accounts.transact(
    scope,
    async tx => {
      const before = tx.state.modseq;
      await changeEmailIn(ctx, tx, scope, id, decide, quota);
      if (tx.state.modseq !== before) announce(ctx, tx);
    },
    { durability: durable ? 'durable' : 'relaxed' },
  );
}

/** `changeEmail` inside a transaction; the caller has asked for the right to write and announces. */
export async function changeEmailIn(
  ctx: MailboxContext,
  tx: AccountTransaction,
  scope: Scope,
  id: MessageId,
  decide: (current: EmailPlace) => EmailPlace,
  quota: Quota,
): Promise<void> {
  const grants = await grantsOf(tx, scope);
  const { seen } = await filings(tx, grants, id);
  if (seen.length === 0) throw new MailError('message.not_found', { message: id });
  const names = await keywordNames(tx);
  const bits = seen.reduce((all, row) => all | row.bits, 0);
  const keywords = new Set(seen.flatMap(row => flagSetOf(0, row.keywords, names).keywords));
  const mailboxes = [...new Set(seen.map(row => row.mailboxId))];
  const current = { flags: { bits, keywords: [...keywords] }, mailboxes };
  const wanted = decide(current);
  requireGranted(grants, current, wanted);
  const flagged = await setFlags(ctx, tx, seen, wanted.flags);
  await setMailboxes(ctx, tx, flagged, wanted.mailboxes, quota);
}

/**
 * Throws unless the rights in each folder allow the change (RFC 4314 §4): `access.denied`, and `mailbox.not_found` for a
 * target that is hidden. Keywords are those of all places at once, so all of them have to allow it.
 */
function requireGranted(grants: FolderGrants, current: EmailPlace, wanted: EmailPlace): void {
  if (grants === null) return;
  const rightsIn = (id: MailboxId): FolderRights => grants.get(id) ?? none;
  const stay = new Set(wanted.mailboxes);
  const have = new Set(current.mailboxes);
  for (const id of wanted.mailboxes) if (!have.has(id)) demand(rightsIn(id), id, ['i']);
  for (const id of current.mailboxes) if (!stay.has(id)) demand(rightsIn(id), id, ['t', 'e']);
  const moved = current.flags.bits ^ wanted.flags.bits;
  const lower = (flags: FlagSet): Set<string> => new Set(flags.keywords.map(name => name.toLowerCase()));
  const renamed = lower(current.flags).symmetricDifference(lower(wanted.flags)).size > 0;
  if (moved === 0 && !renamed) return;
  for (const id of current.mailboxes) {
    const allowed = changeableFlags(rightsIn(id));
    if ((moved & ~allowed.bits) !== 0 || (renamed && !allowed.keywords)) {
      throw new MailError('access.denied', { right: 'w' });
    }
  }
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
    await cancelWaiting(tx, row.mailboxId, (await mailboxRow(tx, row.mailboxId))?.role, [row], now);
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
  requireReach(scope, 'write');
  await ctx.accounts.transact(scope, async tx => {
    const grants = await grantsOf(tx, scope);
    const { all, seen } = await filings(tx, grants, id);
    if (seen.length === 0) throw new MailError('message.not_found', { message: id });
    if (grants) for (const row of all) demand(grants.get(row.mailboxId) ?? none, row.mailboxId, ['t', 'e']);
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
