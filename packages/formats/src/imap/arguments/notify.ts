import type { Scanner } from '../scanner.ts';
import { type FetchItem, parseFetchItems } from './fetch-items.ts';
import { type MailboxFilter, parseMailboxFilter } from './mailbox-filter.ts';

/** Events that can be asked for (RFC 5465 §5), as they are spelled. */
export const notifyEvents = [
  'MessageNew',
  'MessageExpunge',
  'FlagChange',
  'MailboxName',
  'SubscriptionChange',
] as const;

export type NotifyEvent = (typeof notifyEvents)[number];

/** Events of some mailboxes. */
export interface EventGroup {
  readonly filter: MailboxFilter;
  readonly events: ReadonlySet<NotifyEvent>;
  /** What to FETCH of new messages in the selected mailbox. */
  readonly items: readonly FetchItem[];
}

/** What NOTIFY asks for. */
export type NotifyProgram =
  | { readonly kind: 'none' }
  | { readonly kind: 'set'; readonly status: boolean; readonly groups: readonly EventGroup[] }
  /** An event that there is not: NO [BADEVENT] (RFC 5465 §3.1). */
  | { readonly kind: 'unknown-event' };

const byName = new Map<string, NotifyEvent>(notifyEvents.map(event => [event.toUpperCase(), event]));

interface Events {
  readonly known: Set<NotifyEvent>;
  readonly unknown: boolean;
  readonly items: readonly FetchItem[];
}

function parseEvents(scanner: Scanner, selected: boolean): Events {
  const known = new Set<NotifyEvent>();
  let unknown = false;
  let items: readonly FetchItem[] = [];
  if (scanner.takeKeyword('NONE')) return { known, unknown, items };
  scanner.expect(0x28);
  do {
    const event = byName.get(scanner.keyword());
    if (event === undefined) unknown = true;
    else known.add(event);
    if (event === 'MessageNew' && scanner.peek() === 0x20 && scanner.bytes[scanner.position + 1] === 0x28) {
      if (!selected) scanner.fail('Items can be fetched in the selected mailbox only');
      scanner.space();
      items = parseFetchItems(scanner);
    }
  } while (scanner.takeSpace());
  scanner.expect(0x29);
  return { known, unknown, items };
}

function requirePairs(scanner: Scanner, events: ReadonlySet<NotifyEvent>): void {
  const both = events.has('MessageNew') && events.has('MessageExpunge');
  const one = events.has('MessageNew') || events.has('MessageExpunge') || events.has('FlagChange');
  if (one && !both) scanner.fail('MessageNew and MessageExpunge belong together');
}

/** Reads what follows `NOTIFY SP` (RFC 5465 §8). Throws `ImapSyntaxError`. */
export function parseNotify(scanner: Scanner): NotifyProgram {
  if (scanner.takeKeyword('NONE')) return { kind: 'none' };
  if (!scanner.takeKeyword('SET')) scanner.fail('Expected NONE or SET');
  scanner.space();
  const status = scanner.takeKeyword('STATUS');
  if (status) scanner.space();
  const groups: EventGroup[] = [];
  let unknown = false;
  let selectedGroups = 0;
  do {
    scanner.expect(0x28);
    const filter = parseMailboxFilter(scanner);
    if (filter.of === 'subtree-one') scanner.fail('Unknown mailbox filter');
    const selected = filter.of === 'selected' || filter.of === 'selected-delayed';
    if (selected && ++selectedGroups > 1) scanner.fail('The selected mailbox is named twice');
    scanner.space();
    const events = parseEvents(scanner, selected);
    scanner.expect(0x29);
    unknown ||= events.unknown;
    if (!events.unknown) requirePairs(scanner, events.known);
    groups.push({ filter, events: events.known, items: events.items });
    if (groups.length > scanner.limits.depth) scanner.failLimit('Too many event groups');
  } while (scanner.takeSpace());
  return unknown ? { kind: 'unknown-event' } : { kind: 'set', status, groups };
}
