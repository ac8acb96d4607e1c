import { subscribeFolder } from '../../../mailbox/sharing/subscriptions.ts';
import { listSubscriptions, setSubscribed } from '../../../mailbox/subscribe.ts';
import { isMailError } from '../../../platform/errors.ts';
import { findTarget } from '../find-mailbox.ts';
import { type MailboxName, nameOfPath, pathOf } from '../mailbox-path.ts';
import { isOwn, type SessionMailbox } from '../realms/realm.ts';
import type { Session } from '../session.ts';

/** Whether it could be noted with the folder; it may be gone, hidden or away meanwhile. */
async function noted(session: Session, mailbox: SessionMailbox, on: boolean): Promise<boolean> {
  try {
    await subscribeFolder(session.mail, mailbox.realm.scope, mailbox.id, on);
    return true;
  } catch (error) {
    const gone = ['mailbox.not_found', 'account.not_found', 'access.denied'] as const;
    if (gone.some(code => isMailError(error, code))) return false;
    throw error;
  }
}

/**
 * SUBSCRIBE and UNSUBSCRIBE (RFC 9051 §6.3.7, §6.3.8). For a folder of somebody else it is noted with the folder, for this
 * person alone; a name that nothing has, with the person's own account. Throws `mailbox.name_invalid`, `mailbox.limit`.
 */
export async function subscribeName(session: Session, name: MailboxName, on: boolean): Promise<void> {
  const path = pathOf(name);
  const found = await findTarget(session, name);
  if (found !== null && !isOwn(found.realm) && (await noted(session, found, on))) {
    await forgetName(session, path);
  } else await setSubscribed(session.mail, session.scope, path, on);
}

/** Notes with a folder of somebody else what was said of its name before it was there. */
export async function adoptName(session: Session, mailbox: SessionMailbox): Promise<void> {
  if (await noted(session, mailbox, true)) await forgetName(session, mailbox.path);
}

async function forgetName(session: Session, path: readonly string[]): Promise<void> {
  const names = await listSubscriptions(session.mail, session.scope);
  if (names.some(each => nameOfPath(each) === nameOfPath(path)))
    await setSubscribed(session.mail, session.scope, path, false);
}
