import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { readSort } from '@hongyan/formats/jmap/comparator.ts';
import { readFilter } from '@hongyan/formats/jmap/filter.ts';
import { parseId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { readKeyword } from '@hongyan/formats/jmap/keyword.ts';
import { invalidArgument, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import type { EmailCondition, TextCondition } from '../../../mailbox/emails/condition.ts';
import type { EmailQuery } from '../../../mailbox/emails/query-emails.ts';
import { sortProperties } from '../../../mailbox/emails/sort-emails.ts';
import { foldText } from '../../../mailbox/searching/fold.ts';
import { bitOfKeyword } from './keywords.ts';

const supportedSort = new Set(sortProperties);
const keywordSort = new Set(['hasKeyword', 'allInThreadHaveKeyword', 'someInThreadHaveKeyword']);

const known = new Set([
  'inMailbox',
  'inMailboxOtherThan',
  'before',
  'after',
  'minSize',
  'maxSize',
  'allInThreadHaveKeyword',
  'someInThreadHaveKeyword',
  'noneInThreadHaveKeyword',
  'hasKeyword',
  'notKeyword',
  'hasAttachment',
  'text',
  'from',
  'to',
  'cc',
  'bcc',
  'subject',
  'body',
  'header',
]);

const textPlaces = ['text', 'from', 'to', 'cc', 'bcc', 'subject', 'body'] as const;

/** Characters of one search text, and words in it. */
const maxSearchLength = 1_000;
const maxWords = 32;

/** Filter, sort and collapseThreads of Email/query and Email/queryChanges (RFC 8621 §4.4). */
export function readEmailQuery(args: Arguments): EmailQuery {
  return {
    filter: readFilter(args.raw('filter'), readCondition),
    sort: readSort(args.raw('sort'), supportedSort, keywordSort),
    collapseThreads: args.boolean('collapseThreads'),
    bitOf: bitOfKeyword,
  };
}

/** Reads one FilterCondition (RFC 8621 §4.4.1). */
export function readCondition(object: JsonObject): EmailCondition {
  const strange = Object.keys(object).find(key => !known.has(key));
  if (strange !== undefined) throw new MethodError('unsupportedFilter', `not by ${strange.slice(0, 100)}`);
  const args = new Arguments(object, (name, why) => invalidArgument('filter', `${name}: ${why}`));
  const keyword = (name: string): string | null => {
    const text = args.string(name);
    if (text === null) return null;
    const value = readKeyword(text);
    if (value === null) throw args.fail(name, 'not a keyword');
    return value;
  };
  const attachment = args.raw('hasAttachment') ?? null;
  if (attachment !== null && typeof attachment !== 'boolean') throw args.fail('hasAttachment', 'Boolean');
  return {
    inMailbox: mailbox(args.id('inMailbox')),
    notOnlyIn: args.ids('inMailboxOtherThan')?.map(id => mailbox(id) ?? 0) ?? null,
    before: args.utcDate('before'),
    after: args.utcDate('after'),
    minSize: args.unsigned('minSize'),
    maxSize: args.unsigned('maxSize'),
    hasAttachment: attachment,
    allInThread: keyword('allInThreadHaveKeyword'),
    someInThread: keyword('someInThreadHaveKeyword'),
    noneInThread: keyword('noneInThreadHaveKeyword'),
    hasKeyword: keyword('hasKeyword'),
    notKeyword: keyword('notKeyword'),
    texts: [
      ...textPlaces.flatMap(place => textCondition(place, '', args.string(place))),
      ...headerCondition(args),
    ],
  };
}

/** A mailbox that is not there has no emails: 0 is the number of none. */
function mailbox(id: string | null): number | null {
  return id === null ? null : (parseId('m', id) ?? 0);
}

function textCondition(place: TextCondition['place'], field: string, text: string | null): TextCondition[] {
  if (text === null) return [];
  if (text.length > maxSearchLength) throw new MethodError('unsupportedFilter', 'the text is too long');
  const needles = searchWords(text);
  return needles.length === 0 ? [] : [{ place, field, needles }];
}

function headerCondition(args: Arguments): TextCondition[] {
  const pair = args.strings('header');
  if (pair === null) return [];
  const [name, text] = pair;
  if (pair.length < 1 || pair.length > 2 || !name || !/^[\x21-\x39\x3b-\x7e]+$/.test(name)) {
    throw args.fail('header', 'one or two strings');
  }
  const field = name.toLowerCase();
  // Without words in the text it is enough that the field is there.
  const [condition] = textCondition('header', field, text ?? '');
  return [condition ?? { place: 'header', field, needles: [''] }];
}

/**
 * The needles of a search text: words, and phrases between matched quotes, in which a backslash takes the next character
 * as it is (RFC 8621 §4.4.1). All have to be found.
 */
export function searchWords(text: string): string[] {
  const words: string[] = [];
  let at = 0;
  while (at < text.length && words.length < maxWords) {
    const first = text.charAt(at);
    if (/\s/.test(first)) {
      at++;
      continue;
    }
    const phrase = first === '"' || first === "'" ? readPhrase(text, at) : null;
    if (phrase) {
      if (phrase.text !== '') words.push(foldText(phrase.text));
      at = phrase.end;
      continue;
    }
    let end = at + 1;
    while (end < text.length && !/\s/.test(text.charAt(end))) end++;
    words.push(foldText(text.slice(at, end)));
    at = end;
  }
  return words;
}

function readPhrase(text: string, start: number): { text: string; end: number } | null {
  const quote = text.charAt(start);
  let phrase = '';
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === quote) return { text: phrase, end: at + 1 };
    if (character === '\\' && at + 1 < text.length) at++;
    phrase += text.charAt(at);
  }
  return null;
}
