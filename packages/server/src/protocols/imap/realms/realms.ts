import { listMailboxes } from '../../../mailbox/list.ts';
import { type Neighbour, noNeighbours } from '../../../mailbox/sharing/neighbours.ts';
import { isMailError } from '../../../platform/errors.ts';
import { delimiter } from '../mailbox-path.ts';
import type { Session } from '../session.ts';
import { inRealm, otherUsersRoot, type Realm, type SessionMailbox, sharedRoot } from './realm.ts';

/** A name as one level: what would look like two is written as in a URL. */
function level(name: string): string {
  return name.normalize('NFC').trim().replaceAll('%', '%25').replaceAll(delimiter, '%2F');
}

/** Whether a name can stand in a mailbox name at all. */
function fits(name: string): boolean {
  // eslint-disable-next-line no-control-regex
  return name !== '' && name.length <= 200 && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(name);
}

/** Other people by address; shared mailboxes by their name, or by address where that is missing or taken. */
function realmsOf(neighbours: readonly Neighbour[]): Realm[] {
  const taken = new Set<string>();
  return neighbours.map(({ kind, scope, address, displayName }) => {
    if (kind === 'person') return { scope, prefix: [otherUsersRoot, level(address)] };
    const wanted = level(displayName);
    const name = fits(wanted) && !taken.has(wanted) ? wanted : level(address);
    taken.add(name);
    return { scope, prefix: [sharedRoot, name] };
  });
}

/** The accounts that this session may look into, its own first. */
export async function realms(session: Session): Promise<Realm[]> {
  const { neighbours = noNeighbours } = session.mail;
  return [session.realm, ...realmsOf(await neighbours.reachable(session.scope))];
}

/** Mailboxes of one account as the session names them; none where the account has no mail yet or is gone. */
export async function mailboxesIn(session: Session, realm: Realm): Promise<SessionMailbox[]> {
  try {
    const mailboxes = await listMailboxes(session.mail, realm.scope);
    return mailboxes.map(mailbox => inRealm(realm, mailbox));
  } catch (error) {
    const gone = isMailError(error, 'account.not_found') || isMailError(error, 'access.denied');
    if (realm.prefix.length > 0 && gone) return [];
    throw error;
  }
}

/** All mailboxes of the session: its own first, in their order. Where names clash its own is the one. */
export async function allMailboxes(session: Session): Promise<SessionMailbox[]> {
  const all: SessionMailbox[] = [];
  const names = new Set<string>();
  for (const realm of await realms(session)) {
    for (const mailbox of await mailboxesIn(session, realm)) {
      const name = mailbox.path.join(delimiter);
      if (names.has(name)) continue;
      names.add(name);
      all.push(mailbox);
    }
  }
  return all;
}

/** Whether a path lies, or would lie, in the namespaces of others. */
export function isForeign(path: readonly string[]): boolean {
  return path[0] === otherUsersRoot || path[0] === sharedRoot;
}

/** The account of others that a path leads into, with the rest of the path; null when there is none. */
export async function realmOfPath(
  session: Session,
  path: readonly string[],
): Promise<{ readonly realm: Realm; readonly rest: readonly string[] } | null> {
  if (!isForeign(path) || path.length < 2) return null;
  const [root, name, ...rest] = path;
  const own = await realms(session);
  const realm = own.find(each => each.prefix[0] === root && each.prefix[1] === name);
  return realm === undefined ? null : { realm, rest: inboxFirst(rest) };
}

/** INBOX is INBOX in any case (RFC 9051 §5.1), that of others too. */
function inboxFirst(path: readonly string[]): readonly string[] {
  const [first, ...rest] = path;
  return first?.toUpperCase() === 'INBOX' ? ['INBOX', ...rest] : path;
}
