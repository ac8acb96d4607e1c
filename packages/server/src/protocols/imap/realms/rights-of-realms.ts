import { allMyRights } from '../../../mailbox/sharing/acl.ts';
import type { FolderRights } from '../../../mailbox/sharing/rights.ts';
import type { Session } from '../session.ts';
import type { SessionMailbox } from './realm.ts';

/** What the session may do in many mailboxes: each account is asked once. */
export class RightsOfRealms {
  readonly #session: Session;
  readonly #known = new Map<number, ReadonlyMap<number, FolderRights>>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Undefined for a mailbox that went away meanwhile. */
  async of(mailbox: SessionMailbox): Promise<FolderRights | undefined> {
    const { scope } = mailbox.realm;
    let rights = this.#known.get(scope.accountId);
    if (rights === undefined) {
      rights = await allMyRights(this.#session.mail, scope);
      this.#known.set(scope.accountId, rights);
    }
    return rights.get(mailbox.id);
  }
}
