import { compileListPattern, type ListPattern } from '@hongyan/formats/imap/names/list-pattern.ts';
import { decodeMailboxName } from '@hongyan/formats/imap/names/mailbox-name.ts';
import { listSubscriptions } from '../../../mailbox/subscribe.ts';
import { delimiter, nameOfPath } from '../mailbox-path.ts';
import { isOwn, type SessionMailbox } from '../realms/realm.ts';
import { allMailboxes } from '../realms/realms.ts';
import type { Session } from '../session.ts';
import { specialUseOf } from './special-use.ts';
import { adoptName } from './subscriptions.ts';

/** A name that LIST may tell of: a mailbox, or only a subscription (`mailbox` null). */
export interface ListedName {
  readonly name: string;
  readonly mailbox: SessionMailbox | null;
  readonly subscribed: boolean;
  readonly hasChildren: boolean;
  /** Only a level above mailboxes of others. */
  readonly level?: boolean;
}

/** A name and what about it made LIST tell it. */
export interface FoundName extends ListedName {
  /** Selection options that some descendant meets although the name itself may not: CHILDINFO (RFC 5258 §3.5). */
  readonly childInfo: readonly string[];
}

/**
 * All names of the session: its own mailboxes and those of others in their order, then subscriptions without a mailbox.
 * Levels above the mailboxes of others stand before them, without a mailbox and not subscribed.
 */
export async function collectNames(session: Session): Promise<ListedName[]> {
  const mailboxes = await allMailboxes(session);
  const subscriptions = await listSubscriptions(session.mail, session.scope);
  const subscribed = new Set(subscriptions.map(nameOfPath));
  const parents = new Set<string>();
  for (const { path } of mailboxes) parents.add(nameOfPath(path.slice(0, -1)));
  const names = new Map<string, ListedName>();
  for (const mailbox of mailboxes) {
    const { path, realm } = mailbox;
    const name = nameOfPath(path);
    const waited = !isOwn(realm) && subscribed.has(name);
    if (!isOwn(realm)) addLevels(names, path);
    if (waited) await adoptName(session, mailbox);
    names.set(name, {
      name,
      mailbox,
      subscribed: mailbox.subscribed || waited,
      hasChildren: parents.has(name),
    });
  }
  for (const name of subscribed) {
    const known = names.get(name);
    if (known === undefined) names.set(name, { name, mailbox: null, subscribed: true, hasChildren: false });
    else if (known.mailbox === null) names.set(name, { ...known, subscribed: true });
  }
  return [...names.values()];
}

/** Levels above a mailbox of others that are no mailboxes for this session. */
function addLevels(names: Map<string, ListedName>, path: readonly string[]): void {
  for (let depth = 1; depth < path.length; depth++) {
    const name = nameOfPath(path.slice(0, depth));
    const known = names.get(name);
    if (known === undefined)
      names.set(name, { name, mailbox: null, subscribed: false, hasChildren: true, level: true });
    else if (!known.hasChildren) names.set(name, { ...known, hasChildren: true });
  }
}

/**
 * Patterns with the reference before them. One that is in no encoding we know matches nothing and is left out, and so
 * are empty ones (RFC 9051 §6.3.9).
 */
export function patternsOf(reference: Buffer, patterns: readonly Buffer[], utf8: boolean): ListPattern[] {
  return patterns
    .filter(pattern => pattern.length > 0)
    .map(pattern => decodeMailboxName(Buffer.concat([reference, pattern]), utf8))
    .filter(pattern => pattern !== null)
    .map(pattern => compileListPattern(pattern.normalize('NFC'), delimiter));
}

interface SelectOptions {
  readonly subscribed: boolean;
  readonly specialUse: boolean;
  readonly recursiveMatch: boolean;
}

function meets(name: ListedName, select: SelectOptions): boolean {
  if (select.subscribed && !name.subscribed) return false;
  if (select.specialUse && (name.mailbox === null || specialUseOf(name.mailbox) === null)) return false;
  return select.subscribed || name.mailbox !== null || name.level === true;
}

/** Names that are to be told, by patterns and selection options (RFC 9051 §6.3.9.1, §6.3.9.3). */
export function selectNames(
  names: readonly ListedName[],
  patterns: readonly ListPattern[],
  select: SelectOptions,
): FoundName[] {
  const matching = (name: string): boolean => patterns.some(pattern => pattern.matches(name));
  const found: FoundName[] = [];
  const reasons = [
    ...(select.subscribed ? ['SUBSCRIBED'] : []),
    ...(select.specialUse ? ['SPECIAL-USE'] : []),
  ];
  const parents = select.recursiveMatch ? ancestorsOfHidden(names, matching, select) : new Set<string>();
  for (const each of names) {
    if (!matching(each.name)) continue;
    const childInfo = parents.has(each.name) ? reasons : [];
    if (meets(each, select) || childInfo.length > 0) found.push({ ...each, childInfo });
    parents.delete(each.name);
  }
  for (const name of parents) {
    if (matching(name))
      found.push({ name, mailbox: null, subscribed: false, hasChildren: true, childInfo: reasons });
  }
  return found;
}

/** Ancestors of names that meet the options but match no pattern: those do not speak for themselves (RFC 5258 §3.5). */
function ancestorsOfHidden(
  names: readonly ListedName[],
  matching: (name: string) => boolean,
  select: SelectOptions,
): Set<string> {
  const ancestors = new Set<string>();
  for (const { name } of names.filter(each => meets(each, select) && !matching(each.name))) {
    for (let at = name.lastIndexOf(delimiter); at > 0; at = name.lastIndexOf(delimiter, at - 1)) {
      ancestors.add(name.slice(0, at));
    }
  }
  return ancestors;
}

/**
 * Names that LSUB tells (RFC 3501 §6.3.9): subscribed ones that match, and with a `%` at the end also levels above
 * subscribed ones, as \Noselect.
 */
export function selectSubscribed(
  names: readonly ListedName[],
  patterns: readonly ListPattern[],
  levels: boolean,
): { readonly name: string; readonly subscribed: boolean }[] {
  const subscribed = names.filter(name => name.subscribed).map(({ name }) => name);
  const told = new Map<string, boolean>();
  for (const name of subscribed) {
    if (patterns.some(pattern => pattern.matches(name))) told.set(name, true);
    else if (levels) {
      for (let at = name.indexOf(delimiter); at > 0; at = name.indexOf(delimiter, at + 1)) {
        const level = name.slice(0, at);
        if (!told.has(level) && patterns.some(pattern => pattern.matches(level))) told.set(level, false);
      }
    }
  }
  return [...told].map(([name, is]) => ({ name, subscribed: is }));
}
