import { getMailbox } from '../../mailbox/list.ts';
import { isMailError, MailError } from '../../platform/errors.ts';
import { type CommandResult, no } from './command.ts';
import { type MailboxName, pathOf } from './mailbox-path.ts';
import { inRealm, type Realm, type SessionMailbox } from './realms/realm.ts';
import { isForeign, realmOfPath } from './realms/realms.ts';
import type { Session } from './session.ts';

/** Where a path leads: into which account, and to what in it. Own mailboxes come before those of others. */
export interface Destination {
  readonly realm: Realm;
  readonly path: readonly string[];
}

async function lookUp(session: Session, path: readonly string[]): Promise<SessionMailbox | null> {
  const { mail, realm } = session;
  const own = await getMailbox(mail, realm.scope, path);
  if (own !== null) return inRealm(realm, own);
  const foreign = await realmOfPath(session, path);
  if (foreign === null || foreign.rest.length === 0) return null;
  try {
    const found = await getMailbox(mail, foreign.realm.scope, foreign.rest);
    return found === null ? null : inRealm(foreign.realm, found);
  } catch (error) {
    if (isMailError(error, 'account.not_found') || isMailError(error, 'access.denied')) return null;
    throw error;
  }
}

/** The mailbox a name stands for. Throws `mailbox.not_found`, `mailbox.name_invalid`. */
export async function findMailbox(session: Session, name: MailboxName): Promise<SessionMailbox> {
  const mailbox = await lookUp(session, pathOf(name));
  if (mailbox === null) throw new MailError('mailbox.not_found');
  return mailbox;
}

/**
 * As `findMailbox`, for APPEND, COPY and MOVE: null when there is none, for which the answer is `tryCreate`
 * (RFC 9051 §6.3.12, §6.4.7).
 */
export async function findTarget(session: Session, name: MailboxName): Promise<SessionMailbox | null> {
  return lookUp(session, pathOf(name));
}

/**
 * Where something new of that name would be made. Throws `mailbox.name_invalid` for the roots of the namespaces of
 * others and for accounts that are not there.
 */
export async function destinationOf(session: Session, path: readonly string[]): Promise<Destination> {
  const foreign = await realmOfPath(session, path);
  if (foreign !== null && foreign.rest.length > 0) return { realm: foreign.realm, path: foreign.rest };
  const own = isForeign(path) && (await getMailbox(session.mail, session.scope, path.slice(0, 1))) === null;
  if (own) throw new MailError('mailbox.name_invalid', { reason: 'namespace' });
  return { realm: session.realm, path };
}

/** The answer of APPEND, COPY and MOVE when their mailbox does not exist. */
export const tryCreate: CommandResult = no('TRYCREATE', 'No such mailbox');

/** Runs `work` on a mailbox that may be deleted meanwhile. */
export async function orTryCreate(work: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await work();
  } catch (error) {
    if (isMailError(error, 'mailbox.not_found')) return tryCreate;
    throw error;
  }
}
