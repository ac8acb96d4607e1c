import type { Scope } from '../access/scope.ts';
import type { AccountReader } from '../store/accounts/account-transaction.ts';
import { type MailboxRow, mailboxRowNamed } from '../store/accounts/mailbox-rows.ts';
import { type MailboxContext } from './context.ts';
import { requireReach, rightsIn, rightsInAll } from './sharing/rights.ts';
import { withSubscriptions } from './sharing/subscriptions.ts';
import { mailboxOf, normalPath, readTree } from './tree.ts';
import type { Mailbox } from './types.ts';

/** All mailboxes of the account with their counters, from one snapshot: parents before children, INBOX first, then in the order they were made. */
export async function listMailboxes(ctx: MailboxContext, scope: Scope): Promise<Mailbox[]> {
  requireReach(scope, 'read');
  return ctx.accounts.read(scope, async reader => {
    const tree = await readTree(reader);
    const all = await withSubscriptions(reader, scope, tree.all());
    if (scope.folders !== 'shared') return all;
    const rights = await rightsInAll(reader, scope, tree.rows.values());
    return all.filter(mailbox => rights.get(mailbox.id)?.has('l'));
  });
}

/** The row at a normal path, level by level, so that other folders are not read; null when there is none. */
export async function mailboxRowAt(
  reader: AccountReader,
  normal: readonly string[],
): Promise<MailboxRow | null> {
  let row: MailboxRow | null = null;
  for (const name of normal) {
    row = await mailboxRowNamed(reader, row?.id ?? 0, name);
    if (row === null) return null;
  }
  return row;
}

/** The mailbox at a path, or null. `INBOX` is found in any case (RFC 9051 §5.1), other names exactly. */
export async function getMailbox(
  ctx: MailboxContext,
  scope: Scope,
  path: readonly string[],
): Promise<Mailbox | null> {
  requireReach(scope, 'read');
  const normal = normalPath(path, ctx.limits);
  if (normal === null) return null;
  return ctx.accounts.read(scope, async reader => {
    const row = await mailboxRowAt(reader, normal);
    if (row === null || (await rightsIn(reader, scope, row)).size === 0) return null;
    const found = mailboxOf(row, normal, (await reader.state()).base);
    return (await withSubscriptions(reader, scope, [found]))[0] ?? null;
  });
}
