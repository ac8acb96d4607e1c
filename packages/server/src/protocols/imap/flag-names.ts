import type { ImapWriter } from '@hongyan/formats/imap/output/writer.ts';
import { Flag, type FlagSet } from '../../mailbox/types.ts';

/** Spelling of the flags that have a bit (RFC 9051 §2.3.2). */
const names: readonly (readonly [bit: number, name: string])[] = [
  [Flag.Answered, '\\Answered'],
  [Flag.Flagged, '\\Flagged'],
  [Flag.Deleted, '\\Deleted'],
  [Flag.Seen, '\\Seen'],
  [Flag.Draft, '\\Draft'],
  [Flag.Forwarded, '$Forwarded'],
  [Flag.MdnSent, '$MDNSent'],
  [Flag.Junk, '$Junk'],
  [Flag.NotJunk, '$NotJunk'],
  [Flag.Phishing, '$Phishing'],
];

const bitByName = new Map(names.map(([bit, name]) => [name.toUpperCase(), bit]));
const systemText = buildTexts();

/** Text of every combination of bits, so that rendering flags is one look-up. */
function buildTexts(): string[] {
  return Array.from({ length: 1 << names.length }, (_, bits) =>
    names
      .filter(([bit]) => (bits & bit) !== 0)
      .map(([, name]) => name)
      .join(' '),
  );
}

/** All flags with a bit, in the order they are listed. */
export const standardFlags: string = systemText.at(-1) as string;

/**
 * The flag set that a client's flags mean. \Recent and other system flags we do not know cannot be stored and are
 * left out (RFC 9051 §2.3.2); keywords keep their spelling, doubles go.
 */
export function flagSetOf(flags: readonly string[]): FlagSet {
  let bits = 0;
  const keywords = new Map<string, string>();
  for (const flag of flags) {
    const upper = flag.toUpperCase();
    const bit = bitByName.get(upper);
    if (bit !== undefined) bits |= bit;
    else if (!flag.startsWith('\\') && !keywords.has(upper)) keywords.set(upper, flag);
  }
  return { bits, keywords: [...keywords.values()] };
}

/** Names of the flags that have a bit, apart from each other by spaces. */
export function systemFlagText(bits: number): string {
  return systemText[bits & (systemText.length - 1)] as string;
}

/** `\Seen todo` without parentheses. */
export function flagText(flags: FlagSet): string {
  const system = systemFlagText(flags.bits);
  if (flags.keywords.length === 0) return system;
  const keywords = flags.keywords.join(' ');
  return system === '' ? keywords : `${system} ${keywords}`;
}

/** ` FLAGS (…)` without the space. */
export function writeFlags(writer: ImapWriter, flags: FlagSet): void {
  writer.ascii('FLAGS (').ascii(flagText(flags)).ascii(')');
}
