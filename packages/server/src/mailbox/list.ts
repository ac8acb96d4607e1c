import type { Scope } from '../access/scope.ts';
import { type MailboxContext } from './context.ts';
import { requireReach, rightsIn, rightsInAll } from './sharing/rights.ts';
import { lookUp, readTree } from './tree.ts';
import type { Mailbox } from './types.ts';

/** All mailboxes of the account with their counters, from one snapshot: parents before children, INBOX first, then in the order they were made. */
export async function listMailboxes(ctx: MailboxContext, scope: Scope): Promise<Mailbox[]> {
  requireReach(scope, 'read');
  return ctx.accounts.read(scope, async reader => {
    const tree = await readTree(reader);
    if (scope.folders !== 'shared') return tree.all();
    const rights = await rightsInAll(reader, scope, tree.rows.values());
    return tree.all().filter(mailbox => rights.get(mailbox.id)?.has('l'));
  });
}

/** The mailbox at a path, or null. `INBOX` is found in any case (RFC 9051 §5.1), other names exactly. */
export async function getMailbox(
  ctx: MailboxContext,
  scope: Scope,
  path: readonly string[],
): Promise<Mailbox | null> {
  requireReach(scope, 'read');
  return ctx.accounts.read(scope, async reader => {
    const tree = await readTree(reader);
    const row = lookUp(tree, path, ctx.limits);
    if (!row || (await rightsIn(reader, scope, row)).size === 0) return null;
    return tree.mailbox(row);
  });
}
