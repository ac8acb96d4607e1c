import type { MailStore } from './mail-store.ts';

/** What a list shows. */
export interface ListQuery {
  /** A mailbox, or null for everywhere but junk and trash. */
  readonly mailboxId: string | null;
  /** Only mail with this keyword: a star, a label, to-do. */
  readonly keyword: string | null;
  readonly only: 'all' | 'unread' | 'files';
  /** What was typed into the search field. */
  readonly text: string;
}

/** One string per query, for caches. */
export function queryKey(query: ListQuery): string {
  return JSON.stringify([query.mailboxId, query.keyword, query.only, query.text]);
}

type Condition = Readonly<Record<string, unknown>>;

const operators: Readonly<Record<string, (value: string) => Condition | null>> = {
  from: value => ({ from: value }),
  发件人: value => ({ from: value }),
  to: value => ({ to: value }),
  收件人: value => ({ to: value }),
  subject: value => ({ subject: value }),
  主题: value => ({ subject: value }),
  body: value => ({ body: value }),
  正文: value => ({ body: value }),
  has: value => (value === 'attachment' ? { hasAttachment: true } : null),
  有: value => (value === '附件' ? { hasAttachment: true } : null),
  is: value =>
    value === 'unread' ? { notKeyword: '$seen' } : value === 'starred' ? { hasKeyword: '$flagged' } : null,
  before: value => day(value, date => ({ before: date })),
  after: value => day(value, date => ({ after: date })),
};

function day(value: string, make: (date: string) => Condition): Condition | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return null;
  const date = new Date(`${value}T00:00:00`);
  return Number.isNaN(date.getTime()) ? null : make(date.toISOString().replace(/\.\d+Z$/, 'Z'));
}

/**
 * Conditions of a search text: `from:wang subject:"报价 单" has:attachment 船期`. Full-width colons count; what is not an
 * operator is searched everywhere.
 */
export function parseSearch(text: string): Condition[] {
  const conditions: Condition[] = [];
  for (const match of text.matchAll(/(?:([\p{L}]+)[:：])?(?:"([^"]*)"|“([^”]*)”|(\S+))/gu)) {
    const value = match[2] ?? match[3] ?? match[4] ?? '';
    const condition = match[1] ? operators[match[1].toLowerCase()]?.(value) : null;
    if (condition) conditions.push(condition);
    else if (match[0].trim()) conditions.push({ text: match[1] ? match[0] : value });
  }
  return conditions;
}

/** The JMAP filter (RFC 8621 §4.4.1) of a list. */
export function toFilter(query: ListQuery, store: MailStore): Condition {
  const conditions: Condition[] = parseSearch(query.text);
  if (query.mailboxId) conditions.push({ inMailbox: query.mailboxId });
  else {
    const hidden = ['junk', 'trash']
      .map(role => store.mailboxByRole(role)?.id)
      .filter(id => id !== undefined);
    if (hidden.length) conditions.push({ inMailboxOtherThan: hidden });
  }
  if (query.keyword) conditions.push({ hasKeyword: query.keyword });
  // To-do mail and mail put off has left the inbox for its own list.
  else if (query.mailboxId && query.mailboxId === store.mailboxByRole('inbox')?.id)
    conditions.push({ notKeyword: '$todo' });
  if (query.only === 'unread') conditions.push({ notKeyword: '$seen' });
  if (query.only === 'files') conditions.push({ hasAttachment: true });
  return conditions.length === 1 && conditions[0] ? conditions[0] : { operator: 'AND', conditions };
}
