import type { Scope } from '../access/scope.ts';
import type { MailboxContext } from '../mailbox/context.ts';
import { createMailbox } from '../mailbox/create.ts';
import { getMailbox, listMailboxes } from '../mailbox/list.ts';
import type { MailboxRole } from '../mailbox/types.ts';
import { isMailError } from '../platform/errors.ts';

/** What other programs call the folders with a role, in lower case. */
const knownNames: Readonly<Record<string, MailboxRole>> = {
  inbox: 'inbox',
  收件箱: 'inbox',
  sent: 'sent',
  'sent items': 'sent',
  'sent messages': 'sent',
  'sent mail': 'sent',
  已发送: 'sent',
  已发送邮件: 'sent',
  已发邮件: 'sent',
  drafts: 'drafts',
  draft: 'drafts',
  草稿: 'drafts',
  草稿箱: 'drafts',
  trash: 'trash',
  'deleted items': 'trash',
  'deleted messages': 'trash',
  已删除: 'trash',
  已删除邮件: 'trash',
  junk: 'junk',
  spam: 'junk',
  'junk e-mail': 'junk',
  'junk email': 'junk',
  垃圾邮件: 'junk',
  垃圾箱: 'junk',
  archive: 'archive',
  归档: 'archive',
};

/** Finds or makes the folders that messages are brought into. */
export class FolderFinder {
  readonly #ctx: MailboxContext;
  readonly #scope: Scope;
  readonly #found = new Map<string, Promise<readonly string[]>>();

  constructor(ctx: MailboxContext, scope: Scope) {
    this.#ctx = ctx;
    this.#scope = scope;
  }

  /** The path in the account for a path of the source; the folder is there when it resolves. */
  async ensure(path: readonly string[]): Promise<readonly string[]> {
    const key = JSON.stringify(path);
    let found = this.#found.get(key);
    if (!found) {
      found = this.#make(path);
      this.#found.set(key, found);
    }
    return found;
  }

  async #make(path: readonly string[]): Promise<readonly string[]> {
    const role = path.length === 1 ? knownNames[(path[0] ?? '').trim().toLowerCase()] : undefined;
    if (role) {
      const own = (await listMailboxes(this.#ctx, this.#scope)).find(mailbox => mailbox.role === role);
      if (own) return own.path;
    }
    const there = await getMailbox(this.#ctx, this.#scope, path);
    if (there) return there.path;
    try {
      return (await createMailbox(this.#ctx, this.#scope, path, { subscribe: true })).path;
    } catch (error) {
      // Another import made it meanwhile.
      if (isMailError(error, 'mailbox.exists')) return path;
      throw error;
    }
  }
}
