import { type IdKind, parseId, printId } from '@hongyan/formats/jmap/id.ts';
import type { Scope } from '../../../access/scope.ts';
import type { Mailbox } from '../../../mailbox/types.ts';

/**
 * An account as a session sees it: whose mail it is and under which names it appears (RFC 2342). The session's own has no
 * prefix; others lie under `Other Users/<address>` and `Shared/<name>`.
 */
export interface Realm {
  readonly scope: Scope;
  /** Levels before the account's own paths. */
  readonly prefix: readonly string[];
}

/** A mailbox of some account; `path` is the one the session uses, the account's prefix included. */
export interface SessionMailbox extends Mailbox {
  readonly realm: Realm;
}

/** Roots of the namespaces of other users and of what several people share (RFC 2342 §5). */
export const otherUsersRoot = 'Other Users';
export const sharedRoot = 'Shared';

export function isOwn(realm: Realm): boolean {
  return realm.prefix.length === 0;
}

/** Whether two are the same account. */
export function sameRealm(a: Realm, b: Realm): boolean {
  return a.scope.accountId === b.scope.accountId;
}

/** The mailbox as the session names it. */
export function inRealm(realm: Realm, mailbox: Mailbox): SessionMailbox {
  return { ...mailbox, path: [...realm.prefix, ...mailbox.path], realm };
}

/**
 * An id that is the only one of its kind in the session (RFC 8474 §4, §5): numbers are unique within an account, so what
 * is not the session's own carries the number of its account.
 */
export function objectId(realm: Realm, kind: IdKind, value: number): string {
  return isOwn(realm) ? printId(kind, value) : `${printId(kind, value)}-${realm.scope.accountId}`;
}

/** The number in an id that `objectId` made for this account; null for any other. */
export function parseObjectId(realm: Realm, kind: IdKind, id: string): number | null {
  if (isOwn(realm)) return parseId(kind, id);
  const end = `-${realm.scope.accountId}`;
  return id.endsWith(end) ? parseId(kind, id.slice(0, -end.length)) : null;
}
