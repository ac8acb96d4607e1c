import type { MailCache } from './mail-cache.ts';

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

/** A filter of Email/query (RFC 8621 §4.4.1), or several with an operator. */
export type Condition = Readonly<Record<string, unknown>>;

/** Names that conditions may use: what `label:` and `in:` stand for. */
export interface SearchNames {
  readonly keywordOf: (label: string) => string | null;
  readonly mailboxOf: (folder: string) => string | null;
}

const noNames: SearchNames = { keywordOf: () => null, mailboxOf: () => null };

type Operator = (value: string, names: SearchNames) => Condition | null;

const has: Operator = value => (/^(?:attachment|file|附件)$/i.test(value) ? { hasAttachment: true } : null);
const is: Operator = value => {
  if (/^(?:unread|未读)$/i.test(value)) return { notKeyword: '$seen' };
  return /^(?:starred|星标)$/i.test(value) ? { hasKeyword: '$flagged' } : null;
};
// A label or folder that is not there finds nothing, and does not widen the search.
const label: Operator = (value, names) => ({ hasKeyword: names.keywordOf(value) ?? '$gone' });
const within: Operator = (value, names) => {
  if (isAnywhere(value)) return {};
  const id = names.mailboxOf(value);
  return id ? { inMailbox: id } : { hasKeyword: '$gone' };
};
const before: Operator = value => day(value, date => ({ before: date }));
const after: Operator = value => day(value, date => ({ after: date }));
const larger: Operator = value => octets(value, size => ({ minSize: size }));
const smaller: Operator = value => octets(value, size => ({ maxSize: size }));

const operators: Readonly<Record<string, Operator>> = {
  from: value => ({ from: value }),
  发件人: value => ({ from: value }),
  to: value => ({ to: value }),
  收件人: value => ({ to: value }),
  cc: value => ({ cc: value }),
  抄送: value => ({ cc: value }),
  subject: value => ({ subject: value }),
  主题: value => ({ subject: value }),
  body: value => ({ body: value }),
  正文: value => ({ body: value }),
  has,
  有: has,
  is,
  状态: is,
  label,
  标签: label,
  in: within,
  文件夹: within,
  before,
  早于: before,
  after,
  晚于: after,
  larger,
  大于: larger,
  smaller,
  小于: smaller,
};

/** Whether `in:` lifts the rule that Junk and Deleted are left out. */
function isAnywhere(value: string): boolean {
  return /^(?:anywhere|全部)$/i.test(value);
}

/** `5`, `5MB`, `300kb`: a number alone means megabytes. */
function octets(value: string, make: (size: number) => Condition): Condition | null {
  const match = /^(\d{1,7})(kb?|mb?|gb?)?$/i.exec(value);
  if (!match) return null;
  const unit = (match[2] ?? 'm').charAt(0).toLowerCase();
  return make(Number(match[1]) * 1024 ** ({ k: 1, m: 2, g: 3 }[unit] ?? 2));
}

function day(value: string, make: (date: string) => Condition): Condition | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return null;
  const date = new Date(`${value}T00:00:00`);
  return Number.isNaN(date.getTime()) ? null : make(date.toISOString().replace(/\.\d+Z$/, 'Z'));
}

/** One part of a search text. */
export interface SearchToken {
  /** As it was typed. */
  readonly raw: string;
  /** The operator in lower case; null for words. */
  readonly operator: string | null;
  readonly value: string;
}

/** Takes a search text apart. Linear: each alternative ends at the first character that does not fit. */
export function searchTokens(text: string): SearchToken[] {
  const tokens: SearchToken[] = [];
  for (const match of text.matchAll(/(?:([\p{L}]+)[:：])?(?:"([^"]*)"|“([^”]*)”|(\S+))/gu)) {
    if (!match[0].trim()) continue;
    const name = match[1]?.toLowerCase();
    const operator = name && operators[name] ? name : null;
    const value = match[2] ?? match[3] ?? match[4] ?? '';
    tokens.push({ raw: match[0], operator, value: match[1] && !operator ? match[0] : value });
  }
  return tokens;
}

/** A condition as it is typed: the value in quotes where it holds a blank. */
export function searchToken(operator: string, value: string): string {
  const plain = value.replaceAll('"', '');
  return /[\s“”]/.test(plain) || plain === '' ? `${operator}:"${plain}"` : `${operator}:${plain}`;
}

/** Whether a text asks for Junk and Deleted, too. */
export function searchesEverywhere(text: string): boolean {
  return searchTokens(text).some(
    ({ operator, value }) => (operator === 'in' || operator === '文件夹') && isAnywhere(value),
  );
}

/**
 * Conditions of a search text: `from:wang subject:"报价 单" has:attachment 船期`. Full-width colons count; what is not an
 * operator is searched everywhere.
 */
export function parseSearch(text: string, names: SearchNames = noNames): Condition[] {
  return searchTokens(text).flatMap(({ raw, operator, value }) => {
    const condition = operator ? operators[operator]?.(value, names) : null;
    if (condition) return Object.keys(condition).length ? [condition] : [];
    return [{ text: operator ? raw : value }];
  });
}

/** The names of an account's labels and folders, and the words for those everybody has. */
function namesOf(store: MailCache): SearchNames {
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  return {
    keywordOf: name => store.personal.sortedLabels.find(one => same(one.name, name))?.keyword ?? null,
    mailboxOf: name =>
      (
        store.mailboxByRole(name.toLowerCase()) ??
        [...store.mailboxes.values()].find(mailbox => mailbox.id === name || same(mailbox.name, name))
      )?.id ?? null,
  };
}

/** The JMAP filter (RFC 8621 §4.4.1) of a list. */
export function toFilter(query: ListQuery, store: MailCache): Condition {
  const conditions: Condition[] = parseSearch(query.text, namesOf(store));
  const placed = conditions.some(condition => 'inMailbox' in condition);
  if (query.mailboxId) conditions.push({ inMailbox: query.mailboxId });
  else if (!placed && !searchesEverywhere(query.text)) {
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
