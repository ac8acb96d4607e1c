import { createPhrases, languageOf } from '@hongyan/phrases/phrases.ts';
import type { Scope } from '../../access/scope.ts';
import { makeMailbox } from '../../mailbox/create.ts';
import { normalizePath, treeIn } from '../../mailbox/tree.ts';
import type { MailboxId } from '../../mailbox/types.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { mailboxRowOfRole } from '../../store/accounts/mailbox-rows.ts';
import type { PersonalContext } from '../context.ts';

/** Roles of the folders in which mail waits for its time. */
export type WaitingRole = 'snoozed' | 'scheduled';

/** Names tried for the folder when others have them already. */
const maxNames = 100;

/** What the folder is called in the account's language. */
export async function waitingFolderName(
  ctx: PersonalContext,
  scope: Scope,
  role: WaitingRole,
): Promise<string> {
  const { language } = await ctx.directory.getUser(scope, scope.accountId);
  return createPhrases(language === null ? ctx.language : languageOf(language)).say(`folder.${role}`);
}

/** The mailbox with the role, made when there is none; a folder of that name that is somebody's own is left alone. */
export async function waitingFolder(
  ctx: PersonalContext,
  tx: AccountTransaction,
  role: WaitingRole,
  name: string,
): Promise<{ readonly id: MailboxId }> {
  const there = await mailboxRowOfRole(tx, role);
  if (there) return there;
  const { mailboxes } = ctx;
  const tree = await treeIn(tx);
  for (let number = 1; number <= maxNames; number += 1) {
    const path = normalizePath([number === 1 ? name : `${name} ${number}`], mailboxes.limits);
    if (tree.at(path)) continue;
    return makeMailbox(mailboxes, tx, tree, path, { role, subscribe: true });
  }
  throw new MailError('mailbox.exists', { name });
}
