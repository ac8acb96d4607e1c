import { baseSubject } from '@hongyan/formats/message/subject.ts';
import type { ContentRow } from '../../store/accounts/emails/content-rows.ts';
import { foldText } from '../searching/fold.ts';
import type { MessageId } from '../types.ts';
import { hasKeyword, type KeywordLookup } from './condition.ts';
import type { Email, EmailIndex } from './email-index.ts';
import { emailEnvelope } from './envelope.ts';

/** Properties that emails can be sorted by (RFC 8621 §4.4.2). */
export const sortProperties: readonly string[] = [
  'receivedAt',
  'sentAt',
  'size',
  'from',
  'to',
  'subject',
  'hasKeyword',
  'allInThreadHaveKeyword',
  'someInThreadHaveKeyword',
];

export interface EmailOrder {
  readonly property: string;
  readonly isAscending: boolean;
  readonly keyword: string | null;
}

/** Where flags and threads are looked up while sorting. */
export interface FlagSource {
  readonly index: EmailIndex;
  readonly lookup: KeywordLookup;
}

/** What of a message's content is sorted by. */
export interface SortTexts {
  readonly sentAt: number;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
}

const contentProperties = new Set(['sentAt', 'from', 'to', 'subject']);

/** Whether the index alone cannot sort this way. */
export function needsContent(sort: readonly EmailOrder[]): boolean {
  return sort.some(order => contentProperties.has(order.property));
}

export function sortTexts(row: ContentRow): SortTexts {
  const envelope = emailEnvelope(row.envelope);
  const person = (list: ReturnType<typeof emailEnvelope>['from']): string => {
    const first = list?.[0];
    return foldText(first?.name || first?.email || '');
  };
  return {
    sentAt: row.sentAt ?? 0,
    from: person(envelope.from),
    to: person(envelope.to),
    subject: foldText(baseSubject(envelope.subject ?? '').base),
  };
}

type Key = number | string;

function keyFor(
  order: EmailOrder,
  source: FlagSource,
  texts: ReadonlyMap<MessageId, SortTexts>,
): (email: Email) => Key {
  const { index, lookup } = source;
  const test = order.keyword === null ? null : lookup(order.keyword);
  switch (order.property) {
    case 'size':
      return email => email.size;
    case 'sentAt':
      return email => texts.get(email.id)?.sentAt ?? 0;
    case 'from':
    case 'to':
    case 'subject': {
      const { property } = order;
      return email => texts.get(email.id)?.[property] ?? '';
    }
    case 'hasKeyword':
      return email => Number(hasKeyword(email, test));
    case 'allInThreadHaveKeyword':
      return email => Number(index.thread(email.threadId).every(other => hasKeyword(other, test)));
    case 'someInThreadHaveKeyword':
      return email => Number(index.thread(email.threadId).some(other => hasKeyword(other, test)));
    default:
      return email => email.receivedAt;
  }
}

/** Whether a sort is the order in which the index lists emails. */
export function isNewestFirst([first]: readonly EmailOrder[]): boolean {
  return first === undefined || (first.property === 'receivedAt' && !first.isAscending);
}

/**
 * Sorts emails that come newest first. What the orders leave undecided stays newest first, so the result is the same
 * each time.
 */
export function sortEmails(
  emails: readonly Email[],
  sort: readonly EmailOrder[],
  source: FlagSource,
  texts: ReadonlyMap<MessageId, SortTexts> = new Map(),
): readonly Email[] {
  if (isNewestFirst(sort)) return emails;
  const columns = sort.map(order => ({
    sign: order.isAscending ? 1 : -1,
    key: keyFor(order, source, texts),
  }));
  const keyed = emails.map(email => ({ email, keys: columns.map(column => column.key(email)) }));
  keyed.sort((a, b) => {
    for (const [at, { sign }] of columns.entries()) {
      const [x = 0, y = 0] = [a.keys[at], b.keys[at]];
      if (x !== y) return x < y ? -sign : sign;
    }
    return 0;
  });
  return keyed.map(item => item.email);
}
