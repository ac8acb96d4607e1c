import type { Scope } from '../access/scope.ts';
import { type MailboxContext, requireRead } from './context.ts';
import { lookUp, readTree } from './tree.ts';
import type { Mailbox } from './types.ts';

/** All mailboxes of the account with their counters, from one snapshot: parents before children, INBOX first, then in the order they were made. */
export async function listMailboxes(ctx: MailboxContext, scope: Scope): Promise<Mailbox[]> {
  requireRead(scope);
  return ctx.accounts.read(scope, async reader => (await readTree(reader)).all());
}

/** The mailbox at a path, or null. `INBOX` is found in any case (RFC 9051 §5.1), other names exactly. */
export async function getMailbox(
  ctx: MailboxContext,
  scope: Scope,
  path: readonly string[],
): Promise<Mailbox | null> {
  requireRead(scope);
  return ctx.accounts.read(scope, async reader => {
    const tree = await readTree(reader);
    const row = lookUp(tree, path, ctx.limits);
    return row ? tree.mailbox(row) : null;
  });
}
