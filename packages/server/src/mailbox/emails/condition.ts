import type { Filter } from '@hongyan/formats/jmap/filter.ts';
import type { KeywordNames } from '../keywords.ts';
import type { MailboxId } from '../types.ts';
import type { Email, EmailIndex } from './email-index.ts';

/** A keyword as rows keep it: a bit, or an id; null for a keyword that the account has never seen. */
export type KeywordTest = { readonly bit: number } | { readonly id: number } | null;

/** What must be found in a message's texts: every needle (folded) in the place named. */
export interface TextCondition {
  readonly place: 'text' | 'from' | 'to' | 'cc' | 'bcc' | 'subject' | 'body' | 'header';
  /** Field name in lower case; with `header` only. */
  readonly field: string;
  /** Folded, at least one; with `header` an empty one asks whether the field is there. */
  readonly needles: readonly string[];
}

/** A FilterCondition of RFC 8621 §4.4.1. Members that are null do not count. */
export interface EmailCondition {
  readonly inMailbox: MailboxId | null;
  readonly notOnlyIn: readonly MailboxId[] | null;
  /** Times in ms: received before / at or after. */
  readonly before: number | null;
  readonly after: number | null;
  /** At least / less than, octets. */
  readonly minSize: number | null;
  readonly maxSize: number | null;
  readonly hasAttachment: boolean | null;
  readonly allInThread: string | null;
  readonly someInThread: string | null;
  readonly noneInThread: string | null;
  readonly hasKeyword: string | null;
  readonly notKeyword: string | null;
  readonly texts: readonly TextCondition[];
}

/** The condition that every mail meets. */
export const everyEmail: EmailCondition = {
  inMailbox: null,
  notOnlyIn: null,
  before: null,
  after: null,
  minSize: null,
  maxSize: null,
  hasAttachment: null,
  allInThread: null,
  someInThread: null,
  noneInThread: null,
  hasKeyword: null,
  notKeyword: null,
  texts: [],
};

/** Finds keywords by their JMAP name. */
export type KeywordLookup = (keyword: string) => KeywordTest;

/** Looks keywords up by name: bits by `bitOf`, others among the account's names. */
export function keywordLookup(names: KeywordNames, bitOf: (keyword: string) => number | null): KeywordLookup {
  const ids = new Map([...names].map(([id, name]) => [name.toLowerCase(), id]));
  return keyword => {
    const bit = bitOf(keyword);
    if (bit !== null) return { bit };
    const id = ids.get(keyword);
    return id === undefined ? null : { id };
  };
}

export function hasKeyword(email: Email, test: KeywordTest): boolean {
  if (test === null) return false;
  return 'bit' in test ? (email.bits & test.bit) !== 0 : email.keywords.includes(test.id);
}

/** A test of everything in a condition that the index can answer. */
export type EmailTest = (email: Email) => boolean;

/** Turns a condition into a test; texts are left out. */
export function cheapTest(condition: EmailCondition, index: EmailIndex, lookup: KeywordLookup): EmailTest {
  const tests: EmailTest[] = [];
  const { inMailbox, notOnlyIn, before, after, minSize, maxSize, hasAttachment } = condition;
  if (inMailbox !== null) tests.push(email => email.mailboxes.includes(inMailbox));
  if (notOnlyIn !== null) tests.push(email => email.mailboxes.some(id => !notOnlyIn.includes(id)));
  if (before !== null) tests.push(email => email.receivedAt < before);
  if (after !== null) tests.push(email => email.receivedAt >= after);
  if (minSize !== null) tests.push(email => email.size >= minSize);
  if (maxSize !== null) tests.push(email => email.size < maxSize);
  if (hasAttachment !== null) tests.push(email => email.hasAttachment === hasAttachment);
  const keyword = (name: string | null, make: (test: KeywordTest) => EmailTest): void => {
    if (name !== null) tests.push(make(lookup(name)));
  };
  keyword(condition.hasKeyword, test => email => hasKeyword(email, test));
  keyword(condition.notKeyword, test => email => !hasKeyword(email, test));
  const thread = (email: Email): readonly Email[] => index.thread(email.threadId);
  keyword(condition.allInThread, test => email => thread(email).every(other => hasKeyword(other, test)));
  keyword(condition.someInThread, test => email => thread(email).some(other => hasKeyword(other, test)));
  keyword(condition.noneInThread, test => email => !thread(email).some(other => hasKeyword(other, test)));
  const [only] = tests;
  if (tests.length === 1 && only) return only;
  return email => tests.every(test => test(email));
}

/** True, false, or null when a text has to be read to know. */
export type Verdict = boolean | null;

/** Evaluates a filter whose conditions may be undecided. */
export function decide<Condition>(
  filter: Filter<Condition> | null,
  test: (condition: Condition) => Verdict,
): Verdict {
  if (filter === null) return true;
  if (filter.operator === 'is') return test(filter.condition);
  const stop = filter.operator !== 'AND';
  let unknown = false;
  for (const item of filter.conditions) {
    const verdict = decide(item, test);
    if (verdict === stop) return filter.operator !== 'NOT' && stop;
    if (verdict === null) unknown = true;
  }
  if (unknown) return null;
  return filter.operator === 'NOT' ? true : !stop;
}
