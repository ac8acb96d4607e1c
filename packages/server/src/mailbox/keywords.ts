import { MailError } from '../platform/errors.ts';
import type { MemoryKey } from '../store/accounts/account-memory.ts';
import type { AccountReader, AccountTransaction } from '../store/accounts/account-transaction.ts';
import type { FiledRow } from '../store/accounts/filed-rows.ts';
import { insertKeyword, keywordRows } from '../store/accounts/keyword-rows.ts';
import type { MailboxLimits } from './limits.ts';
import { Flag, type FlagSet, type MessageEntry } from './types.ts';

/** Names of an account's keywords by id. */
export type KeywordNames = ReadonlyMap<number, string>;

/** Keyword names are only ever added, so a remembered name stays right; ids that are missing are read again. */
const remembered: MemoryKey<{ nextId: number; names: Map<number, string> }> = {
  make: () => ({ nextId: 0, names: new Map() }),
};

/** The account's keywords as of the reader's snapshot. */
export async function keywordNames(reader: AccountReader | AccountTransaction): Promise<KeywordNames> {
  const nextId = (typeof reader.state === 'function' ? await reader.state() : reader.state).nextKeyword;
  const memory = reader.memory.get(remembered);
  // A transaction may add names and be rolled back: it never puts anything into the memory.
  if (memory.nextId >= nextId) return memory.names;
  const names = new Map((await keywordRows(reader)).map(row => [row.id, row.name]));
  if (typeof reader.state === 'function') {
    memory.nextId = nextId;
    memory.names = names;
  }
  return names;
}

/** Keyword ids of a row, ascending. */
export function keywordIds(text: string | null): number[] {
  return text === null || text === '' ? [] : text.split(',').map(Number);
}

/** Keyword ids as a row keeps them. */
export function keywordText(ids: readonly number[]): string | null {
  return ids.length === 0 ? null : ids.join(',');
}

const none: readonly string[] = Object.freeze([]);

export function flagSetOf(bits: number, keywords: string | null, names: KeywordNames): FlagSet {
  if (keywords === null) return { bits, keywords: none };
  const found = keywordIds(keywords).map(id => names.get(id));
  return { bits, keywords: found.filter(name => name !== undefined) };
}

export function entryOf(row: FiledRow, names: KeywordNames, base: number): MessageEntry {
  return {
    uid: row.uid,
    messageId: row.messageId,
    flags: flagSetOf(row.bits, row.keywords, names),
    modseq: Math.max(row.modseq, base),
  };
}

/** Keywords that have a bit of their own (RFC 5788 registry), in lower case. */
const bitOfKeyword: ReadonlyMap<string, number> = new Map([
  ['$forwarded', Flag.Forwarded],
  ['$mdnsent', Flag.MdnSent],
  ['$junk', Flag.Junk],
  ['$notjunk', Flag.NotJunk],
  ['$phishing', Flag.Phishing],
]);

const bitOfSystemFlag: ReadonlyMap<string, number> = new Map([
  ['\\seen', Flag.Seen],
  ['\\answered', Flag.Answered],
  ['\\flagged', Flag.Flagged],
  ['\\deleted', Flag.Deleted],
  ['\\draft', Flag.Draft],
]);

/** The bit of a system flag (`\\Seen`) or of a keyword that has one, in any case; null for other keywords. */
export function bitOf(flag: string): number | null {
  const key = flag.toLowerCase();
  return bitOfSystemFlag.get(key) ?? bitOfKeyword.get(key) ?? null;
}

const allBits = Object.values(Flag).reduce((all, bit) => all | bit, 0);

/** RFC 9051 §9 `atom`: printable ASCII without specials. */
function isAtom(name: string): boolean {
  for (let i = 0; i < name.length; i += 1) {
    const unit = name.charCodeAt(i);
    if (unit <= 0x20 || unit >= 0x7f || '(){%*"\\]'.includes(name.charAt(i))) return false;
  }
  return name !== '';
}

/** Flags in the form rows keep them. */
export interface StoredFlags {
  readonly bits: number;
  /** Ids, ascending. */
  readonly keywords: readonly number[];
}

/**
 * Flags as stored. Unknown keywords are added to the account when `add` is set, else left out. Throws `input.invalid`
 * for something that is not a keyword (RFC 9051 §9 `flag-keyword`), `limit.exceeded` past the account's number of keywords.
 */
export async function storedFlags(
  tx: AccountTransaction,
  flags: FlagSet,
  limits: MailboxLimits,
  add: boolean,
): Promise<StoredFlags> {
  let bits = flags.bits & allBits;
  if (flags.keywords.length === 0) return { bits, keywords: [] };
  const names = await keywordNames(tx);
  const idByKey = new Map([...names].map(([id, name]) => [name.toLowerCase(), id]));
  const ids = new Set<number>();
  for (const name of flags.keywords) {
    const key = name.toLowerCase();
    const bit = bitOfKeyword.get(key);
    if (bit !== undefined) {
      bits |= bit;
      continue;
    }
    let id = idByKey.get(key);
    if (id === undefined) {
      if (!isAtom(name) || name.length > limits.maxKeywordBytes)
        throw new MailError('input.invalid', { field: 'keyword' });
      if (!add) continue;
      if (idByKey.size >= limits.maxKeywords) throw new MailError('limit.exceeded', { limit: 'keywords' });
      ({ id } = await insertKeyword(tx, name));
      idByKey.set(key, id);
    }
    ids.add(id);
  }
  return { bits, keywords: [...ids].sort((a, b) => a - b) };
}
