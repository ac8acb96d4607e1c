import { type Json, type JsonObject, objectOf } from '@hongyan/formats/jmap/json.ts';
import { readKeyword } from '@hongyan/formats/jmap/keyword.ts';
import { invalidProperties } from '@hongyan/formats/jmap/method-error.ts';
import { Flag, type FlagSet } from '../../../mailbox/types.ts';

/** JMAP's names of the flags that have a bit (RFC 8621 §4.1.1). \Deleted has none: such messages are not to be seen. */
const bits: ReadonlyMap<string, number> = new Map([
  ['$seen', Flag.Seen],
  ['$answered', Flag.Answered],
  ['$flagged', Flag.Flagged],
  ['$draft', Flag.Draft],
  ['$forwarded', Flag.Forwarded],
  ['$mdnsent', Flag.MdnSent],
  ['$junk', Flag.Junk],
  ['$notjunk', Flag.NotJunk],
  ['$phishing', Flag.Phishing],
]);

/** The bit of a keyword in lower case, null when it goes by name. */
export function bitOfKeyword(keyword: string): number | null {
  return bits.get(keyword) ?? null;
}

/** Flags as the `keywords` property. */
export function printKeywords(flags: FlagSet): JsonObject {
  const named = flags.keywords.map(name => name.toLowerCase());
  const own = [...bits].filter(([, bit]) => (flags.bits & bit) !== 0).map(([name]) => name);
  return objectOf([...own, ...named].map(name => [name, true] as const));
}

/** Reads a `keywords` object; throws `invalidProperties`. */
export function readKeywords(value: Json | undefined): FlagSet {
  if (value === undefined || value === null) return { bits: 0, keywords: [] };
  if (typeof value !== 'object' || Array.isArray(value)) throw invalidProperties(['keywords'], 'an object');
  const keywords = new Set<string>();
  let set = 0;
  for (const [name, on] of Object.entries(value)) {
    const keyword = readKeyword(name);
    if (keyword === null || on !== true) throw invalidProperties(['keywords'], 'String[Boolean] of keywords');
    const bit = bits.get(keyword);
    if (bit === undefined) keywords.add(keyword);
    else set |= bit;
  }
  return { bits: set, keywords: [...keywords] };
}
