import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import { Flag } from '../mailbox/types.ts';

/** Letters after `:2,` in the name of a Maildir file. */
const maildirLetters: readonly (readonly [letter: string, bit: number])[] = [
  ['D', Flag.Draft],
  ['F', Flag.Flagged],
  ['P', Flag.Forwarded],
  ['R', Flag.Answered],
  ['S', Flag.Seen],
  ['T', Flag.Deleted],
];

/** Flags of a Maildir file name, as bits of `Flag`. */
export function maildirFlags(name: string): number {
  const mark = name.lastIndexOf(':2,');
  const letters = mark < 0 ? '' : name.slice(mark + 3);
  return maildirLetters.reduce((bits, [letter, bit]) => (letters.includes(letter) ? bits | bit : bits), 0);
}

/** `:2,` and the letters, in ASCII order as Maildir wants them. */
export function maildirSuffix(bits: number): string {
  return `:2,${maildirLetters.flatMap(([letter, bit]) => (bits & bit ? [letter] : [])).join('')}`;
}

/** Flags in the Status and X-Status fields that programs keep in mbox files. */
export function mboxFlags(header: Uint8Array): number {
  const block = new HeaderBlock(header);
  const status = block.first('status') ?? '';
  const more = block.first('x-status') ?? '';
  let bits = 0;
  if (status.includes('R')) bits |= Flag.Seen;
  if (more.includes('A')) bits |= Flag.Answered;
  if (more.includes('F')) bits |= Flag.Flagged;
  if (more.includes('D')) bits |= Flag.Deleted;
  if (more.includes('T')) bits |= Flag.Draft;
  return bits;
}

/** The two fields for a message that goes into an mbox file. */
export function mboxStatusFields(bits: number): string {
  const more = [
    bits & Flag.Answered ? 'A' : '',
    bits & Flag.Flagged ? 'F' : '',
    bits & Flag.Deleted ? 'D' : '',
    bits & Flag.Draft ? 'T' : '',
  ].join('');
  return `Status: ${bits & Flag.Seen ? 'RO' : 'O'}\r\n${more === '' ? '' : `X-Status: ${more}\r\n`}`;
}
