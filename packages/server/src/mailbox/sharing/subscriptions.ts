import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { AccountReader, AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { type MailboxRow, mailboxRow, subscribeMailboxRow } from '../../store/accounts/mailbox-rows.ts';
import {
  putSubscription,
  removeSubscriptionsOf,
  type SubscriptionRow,
  subscriptionRows,
} from '../../store/accounts/shares/subscription-rows.ts';
import { announce, type MailboxContext } from '../context.ts';
import type { MailboxId } from '../types.ts';
import { requireFolder, requireReach } from './rights.ts';

type Reader = AccountReader | AccountTransaction;

/**
 * Whose subscriptions count for a scope (RFC 8621 §2: each user's are their own): the person's who looks into an account that
 * is not theirs; null for the account's own, which stand in its folders, and for the server.
 */
export function subscriberOf(scope: Scope): AccountId | null {
  const { principal, accountId } = scope;
  return principal.kind === 'account' && principal.accountId !== accountId ? principal.accountId : null;
}

/** What the person of a scope has said of the folders of somebody else's account, by folder; empty for their own account. */
export async function ownSubscriptions(
  reader: Reader,
  scope: Scope,
): Promise<ReadonlyMap<MailboxId, SubscriptionRow>> {
  const holder = subscriberOf(scope);
  const rows = holder === null ? [] : await subscriptionRows(reader, holder);
  return new Map(rows.map(row => [row.mailboxId, row]));
}

/** The folders with `subscribed` as it is for the scope. Folders of others are not subscribed until somebody says so (RFC 8621 §2). */
export async function withSubscriptions<
  Item extends { readonly id: MailboxId; readonly subscribed: boolean },
>(reader: Reader, scope: Scope, folders: readonly Item[]): Promise<Item[]> {
  if (subscriberOf(scope) === null) return [...folders];
  const own = await ownSubscriptions(reader, scope);
  return folders.map(folder => ({ ...folder, subscribed: own.get(folder.id)?.subscribed ?? false }));
}

/** Subscribes the scope to a folder, or ends that; nothing is written where it is so already. Returns whether it was not. */
export async function subscribeIn(
  tx: AccountTransaction,
  scope: Scope,
  row: Pick<MailboxRow, 'id' | 'subscribed'>,
  on: boolean,
): Promise<boolean> {
  const holder = subscriberOf(scope);
  if (holder === null) {
    if (row.subscribed === on) return false;
    await subscribeMailboxRow(tx, row.id, on);
    return true;
  }
  const before = (await ownSubscriptions(tx, scope)).get(row.id)?.subscribed ?? false;
  if (before === on) return false;
  await putSubscription(tx, holder, row.id, on);
  return true;
}

/**
 * Subscribes the person of a scope to a folder of any account, or ends that. Whoever may see a folder may (RFC 4314 §4: `l`).
 * Throws `mailbox.not_found`, `access.denied`.
 */
export async function subscribeFolder(
  ctx: MailboxContext,
  scope: Scope,
  id: MailboxId,
  on: boolean,
): Promise<void> {
  requireReach(scope, subscriberOf(scope) === null ? 'write' : 'read');
  await ctx.accounts.transact(scope, async tx => {
    await requireFolder(tx, scope, id, 'l');
    const row = await mailboxRow(tx, id);
    if (!row) throw new MailError('mailbox.not_found', { mailbox: id });
    if (await subscribeIn(tx, scope, row, on)) announce(ctx, tx);
  });
}

/** Forgets the subscriptions that somebody who is gone for good had in an account. */
export async function forgetSubscriber(
  ctx: MailboxContext,
  scope: Scope,
  holderId: AccountId,
): Promise<void> {
  requireReach(scope, 'write');
  const rows = await ctx.accounts.read(scope, reader => subscriptionRows(reader, holderId));
  if (rows.length > 0) await ctx.accounts.transact(scope, tx => removeSubscriptionsOf(tx, holderId));
}
