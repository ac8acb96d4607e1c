import type { EventGroup, NotifyEvent } from '@hongyan/formats/imap/arguments/notify.ts';
import type { StatusItem } from '@hongyan/formats/imap/arguments/status-items.ts';
import type { Mailbox } from '../../../mailbox/types.ts';
import { mailboxTest } from '../list/filter-mailboxes.ts';
import { collectNames, type ListedName } from '../list/names.ts';
import { writeListName } from '../list/write-list.ts';
import { isOwn, type Realm, type SessionMailbox } from '../realms/realm.ts';
import { writeStatus } from '../responses/status.ts';
import type { Session } from '../session.ts';

/** All names of the account by what they are: a mailbox's id, or the name of a subscription without one. */
export type Names = ReadonlyMap<number | string, ListedName>;

function idOf(realm: Realm, id: number): number | string {
  return isOwn(realm) ? id : `${realm.scope.accountId}#${id}`;
}

function keyOf({ mailbox, name }: ListedName): number | string {
  return mailbox === null ? `name ${name}` : idOf(mailbox.realm, mailbox.id);
}

export async function namesOf(session: Session): Promise<Names> {
  const names = await collectNames(session);
  return new Map(names.map(each => [keyOf(each), each]));
}

/** The events that are wanted of a mailbox that is not selected; groups add up (RFC 5465 §6). */
function eventsOf(session: Session, groups: readonly EventGroup[], name: ListedName): Set<NotifyEvent> {
  const events = new Set<NotifyEvent>();
  const place = name.mailbox ?? {
    id: 0,
    path: name.name.split('/'),
    role: null,
    realm: session.realm,
    subscribed: name.subscribed,
  };
  for (const { filter, events: wanted } of groups) {
    if (filter.of === 'selected' || filter.of === 'selected-delayed') continue;
    if (mailboxTest(filter, null, session.utf8)(place)) for (const event of wanted) events.add(event);
  }
  return events;
}

function statusItems(session: Session, events: ReadonlySet<NotifyEvent>): StatusItem[] {
  const modseq = session.enabled.has('CONDSTORE');
  const items: StatusItem[] = ['UIDVALIDITY'];
  if (events.has('MessageNew')) items.push('UIDNEXT', 'MESSAGES');
  if (events.has('FlagChange')) items.push('UNSEEN');
  if (modseq) items.push('HIGHESTMODSEQ');
  return items;
}

/** Whether something that was asked for has happened to the messages of a mailbox. */
function hasNews(before: Mailbox, now: Mailbox, events: ReadonlySet<NotifyEvent>, modseq: boolean): boolean {
  if (!events.has('MessageNew')) return false;
  if (before.uidNext !== now.uidNext || before.total !== now.total) return true;
  if (before.uidValidity !== now.uidValidity) return true;
  if (!events.has('FlagChange')) return false;
  return before.unseen !== now.unseen || (modseq && before.highestModseq !== now.highestModseq);
}

/** STATUS of all mailboxes whose messages are watched (NOTIFY SET STATUS, RFC 5465 §3.1). */
export function tellStatus(session: Session, groups: readonly EventGroup[], names: Names): void {
  for (const name of names.values()) {
    if (name.mailbox === null || isSelected(session, name.mailbox)) continue;
    const events = eventsOf(session, groups, name);
    if (events.has('MessageNew')) writeStatus(session, name.mailbox, statusItems(session, events));
  }
}

function isSelected(session: Session, mailbox: SessionMailbox): boolean {
  return session.hasSelected(mailbox);
}

function writeName(session: Session, name: ListedName, oldName: string | null = null): void {
  const { out, utf8 } = session;
  writeListName(out, { ...name, childInfo: [] }, { utf8, subscribed: true, oldName });
}

/** A parent was renamed with it: only the parent is told of (RFC 5465 §5.4). */
function movedWithParent(name: ListedName, before: Names, now: Names): boolean {
  const { mailbox } = name;
  const parentId = mailbox?.parentId ?? null;
  if (mailbox === null || parentId === null) return false;
  const parent = idOf(mailbox.realm, parentId);
  return (
    before.get(parent)?.name !== now.get(parent)?.name &&
    before.get(keyOf(name))?.mailbox?.parentId === parentId
  );
}

function tellOne(
  session: Session,
  groups: readonly EventGroup[],
  id: number | string,
  before: Names,
  now: Names,
): void {
  const [old, name] = [before.get(id), now.get(id)];
  const events = eventsOf(session, groups, name ?? (old as ListedName));
  if (name === undefined) {
    if (
      old?.mailbox &&
      events.has('MailboxName') &&
      ![...now.values()].some(each => each.mailbox && each.name === old.name)
    )
      writeName(session, {
        ...old,
        mailbox: null,
        hasChildren: false,
        subscribed: now.get(old.name)?.subscribed ?? false,
      });
    else if (
      old?.mailbox === null &&
      events.has('SubscriptionChange') &&
      ![...now.values()].some(each => each.name === old.name)
    )
      writeName(session, { ...old, subscribed: false });
    return;
  }
  if (old === undefined) {
    if (name.mailbox !== null ? events.has('MailboxName') : events.has('SubscriptionChange'))
      writeName(session, name);
  } else if (old.name !== name.name && events.has('MailboxName')) {
    if (!movedWithParent(name, before, now)) writeName(session, name, old.name);
  } else if (old.subscribed !== name.subscribed && events.has('SubscriptionChange')) writeName(session, name);
  const modseq = session.enabled.has('CONDSTORE');
  const fresh = old?.mailbox ?? null;
  if (fresh === null || name.mailbox === null || isSelected(session, name.mailbox)) return;
  if (hasNews(fresh, name.mailbox, events, modseq))
    writeStatus(session, name.mailbox, statusItems(session, events));
}

/** Tells what has happened to mailboxes other than the selected one between two pictures of all names. */
export function tellOthers(session: Session, groups: readonly EventGroup[], before: Names, now: Names): void {
  for (const id of new Set([...before.keys(), ...now.keys()])) tellOne(session, groups, id, before, now);
}
