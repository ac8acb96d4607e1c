import { decoderFor, type TextDecoding, undeclaredText } from '../charset.ts';
import { parseDate } from '../dates.ts';
import { parseFlag } from '../flags.ts';
import type { Scanner } from '../scanner.ts';
import { parseSequenceSet, type SequenceSet, startsSequenceSet } from '../sequence-set.ts';
import { parseSearchReturns, type SearchReturns } from './search-returns.ts';

/** A search key (RFC 9051 §6.4.4, RFC 3501 §6.4.4, RFC 5032, RFC 7162 §3.1.5, RFC 8474 §5.4, RFC 8514 §4.3, RFC 6203). */
export type SearchKey =
  | { readonly key: 'all' }
  /** Flag set or not; `flag` is `\Seen` or a keyword. */
  | { readonly key: 'flag'; readonly flag: string; readonly set: boolean }
  /** \Recent, which nothing ever has. */
  | { readonly key: 'recent' }
  | { readonly key: TextKey; readonly value: string }
  | { readonly key: 'header'; readonly field: string; readonly value: string }
  /** `day` is midnight UTC of the day named, ms since the epoch. */
  | {
      readonly key: 'date';
      readonly of: 'received' | 'sent' | 'saved';
      readonly is: 'before' | 'on' | 'since';
      readonly day: number;
    }
  /** WITHIN: age in seconds. */
  | { readonly key: 'older' | 'younger'; readonly seconds: number }
  | { readonly key: 'larger' | 'smaller'; readonly size: number }
  | { readonly key: 'sequence' | 'uid'; readonly set: SequenceSet }
  | { readonly key: 'modseq'; readonly least: number }
  | { readonly key: 'emailid' | 'threadid'; readonly id: string }
  /** `fuzzy`: the key may be matched loosely (RFC 6203 §3). */
  | { readonly key: 'not' | 'fuzzy'; readonly child: SearchKey }
  | { readonly key: 'or'; readonly left: SearchKey; readonly right: SearchKey }
  | { readonly key: 'and'; readonly children: readonly SearchKey[] };

/** A whole SEARCH. */
export interface SearchProgram extends SearchReturns {
  readonly key: SearchKey;
  /** CHARSET was given. */
  readonly charset: boolean;
}

const flagKeys: Readonly<Record<string, readonly [flag: string, set: boolean]>> = {
  ANSWERED: ['\\Answered', true],
  DELETED: ['\\Deleted', true],
  DRAFT: ['\\Draft', true],
  FLAGGED: ['\\Flagged', true],
  SEEN: ['\\Seen', true],
  UNANSWERED: ['\\Answered', false],
  UNDELETED: ['\\Deleted', false],
  UNDRAFT: ['\\Draft', false],
  UNFLAGGED: ['\\Flagged', false],
  UNSEEN: ['\\Seen', false],
};

const dateKeys: Readonly<
  Record<string, readonly ['received' | 'sent' | 'saved', 'before' | 'on' | 'since']>
> = {
  BEFORE: ['received', 'before'],
  ON: ['received', 'on'],
  SINCE: ['received', 'since'],
  SENTBEFORE: ['sent', 'before'],
  SENTON: ['sent', 'on'],
  SENTSINCE: ['sent', 'since'],
  SAVEDBEFORE: ['saved', 'before'],
  SAVEDON: ['saved', 'on'],
  SAVEDSINCE: ['saved', 'since'],
};

type TextKey = 'from' | 'to' | 'cc' | 'bcc' | 'subject' | 'body' | 'text';

const textKeys: Readonly<Record<string, TextKey>> = {
  BCC: 'bcc',
  BODY: 'body',
  CC: 'cc',
  FROM: 'from',
  SUBJECT: 'subject',
  TEXT: 'text',
  TO: 'to',
};

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

class SearchParser {
  readonly #scanner: Scanner;
  readonly #decode: TextDecoding;
  #keys = 0;

  constructor(scanner: Scanner, decode: TextDecoding) {
    this.#scanner = scanner;
    this.#decode = decode;
  }

  /** One key or several in a row, joined by AND. */
  keys(): SearchKey {
    const children = [this.#key()];
    while (this.#scanner.takeSpace()) children.push(this.#key());
    return children.length === 1 && children[0] ? children[0] : { key: 'and', children };
  }

  #argument(): Buffer {
    this.#scanner.space();
    return this.#scanner.astring();
  }

  #key(): SearchKey {
    const scanner = this.#scanner;
    if (++this.#keys > scanner.limits.listItems) scanner.failLimit('Too many search keys');
    if (scanner.peek() === 0x28) {
      const children = scanner.list(() => this.#key());
      return children.length === 1 && children[0] ? children[0] : { key: 'and', children };
    }
    if (startsSequenceSet(scanner.peek())) return { key: 'sequence', set: parseSequenceSet(scanner) };
    return this.#named(scanner.keyword());
  }

  #named(name: string): SearchKey {
    const flag = own(flagKeys, name);
    if (flag) return { key: 'flag', flag: flag[0], set: flag[1] };
    const text = own(textKeys, name);
    if (text) return { key: text, value: this.#decode(this.#argument()) };
    const date = own(dateKeys, name);
    if (date) {
      this.#scanner.space();
      return { key: 'date', of: date[0], is: date[1], day: parseDate(this.#scanner).at };
    }
    return this.#special(name);
  }

  #special(name: string): SearchKey {
    const scanner = this.#scanner;
    switch (name) {
      case 'ALL':
      case 'SAVEDATESUPPORTED':
        return { key: 'all' };
      case 'RECENT':
        return { key: 'recent' };
      case 'NEW':
        return { key: 'and', children: [{ key: 'recent' }, { key: 'flag', flag: '\\Seen', set: false }] };
      case 'OLD':
        return { key: 'not', child: { key: 'recent' } };
      case 'KEYWORD':
      case 'UNKEYWORD':
        scanner.space();
        return { key: 'flag', flag: parseFlag(scanner), set: name === 'KEYWORD' };
      case 'HEADER': {
        const field = this.#argument().toString('latin1');
        return { key: 'header', field, value: this.#decode(this.#argument()) };
      }
      case 'LARGER':
      case 'SMALLER':
        scanner.space();
        return { key: name === 'LARGER' ? 'larger' : 'smaller', size: scanner.number64() };
      case 'OLDER':
      case 'YOUNGER':
        scanner.space();
        return { key: name === 'OLDER' ? 'older' : 'younger', seconds: scanner.nzNumber() };
      case 'UID':
        scanner.space();
        return { key: 'uid', set: parseSequenceSet(scanner) };
      case 'MODSEQ':
        return this.#modseq();
      case 'EMAILID':
      case 'THREADID':
        return { key: name === 'EMAILID' ? 'emailid' : 'threadid', id: this.#argument().toString('latin1') };
      case 'NOT':
      case 'FUZZY':
        scanner.space();
        return { key: name === 'NOT' ? 'not' : 'fuzzy', child: scanner.nested(() => this.#key()) };
      case 'OR':
        scanner.space();
        return scanner.nested(() => {
          const left = this.#key();
          scanner.space();
          return { key: 'or', left, right: this.#key() };
        });
      default:
        return scanner.fail('Unknown search key');
    }
  }

  /** `MODSEQ ["/flags/name" all] 123`: entry name and type are read over, as RFC 7162 §3.1.5 permits. */
  #modseq(): SearchKey {
    const scanner = this.#scanner;
    scanner.space();
    if (scanner.peek() === 0x22) {
      scanner.quoted();
      scanner.space();
      if (!['ALL', 'PRIV', 'SHARED'].includes(scanner.keyword())) scanner.fail('Unknown entry type');
      scanner.space();
    }
    return { key: 'modseq', least: scanner.number64() };
  }
}

/** Search keys joined by AND, whose strings `decode` reads. Nesting and number of keys are limited. */
export function parseSearchKeys(scanner: Scanner, decode: TextDecoding): SearchKey {
  return new SearchParser(scanner, decode).keys();
}

/**
 * Reads what follows `SEARCH SP`. Throws `BadCharsetError` for a charset we do not know and `ImapSyntaxError`
 * for the rest.
 */
export function parseSearch(scanner: Scanner): SearchProgram {
  const returns = parseSearchReturns(scanner);
  let decode = undeclaredText;
  const charset = scanner.takeKeyword('CHARSET');
  if (charset) {
    scanner.space();
    decode = decoderFor(scanner.astring().toString('latin1'), returns.returns?.includes('SAVE'));
    scanner.space();
  }
  const key = parseSearchKeys(scanner, decode);
  if (returns.returns?.includes('RELEVANCY') && !isFuzzy(key)) scanner.fail('RELEVANCY needs a FUZZY key');
  return { ...returns, charset, key };
}

/** Whether something is asked for loosely. */
export function isFuzzy(key: SearchKey): boolean {
  switch (key.key) {
    case 'fuzzy':
      return true;
    case 'not':
      return isFuzzy(key.child);
    case 'or':
      return isFuzzy(key.left) || isFuzzy(key.right);
    case 'and':
      return key.children.some(isFuzzy);
    default:
      return false;
  }
}
