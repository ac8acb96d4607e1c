import type { Section } from '@hongyan/formats/imap/arguments/fetch-items.ts';
import { isBlankLine, parseHeaderFields } from '@hongyan/formats/message/headers.ts';
import type { StoredPart } from '@hongyan/formats/message/part.ts';
import { type ByteRange, findSection } from '@hongyan/formats/message/section.ts';

/** Where a section lies in the whole message, server's prefix included; `fields` when it has to be picked from a header. */
export interface LocatedSection extends ByteRange {
  readonly fields: { readonly names: ReadonlySet<string>; readonly without: boolean } | null;
}

/**
 * Finds a section of a message whose body begins after `prefixLength` octets of ours. Null when there is none. Our
 * header lines count as part of the message's own header (RFC 9051 §6.4.5.1).
 */
export function locateSection(
  root: StoredPart,
  section: Section,
  prefixLength: number,
): LocatedSection | null {
  const picked = section.text === 'HEADER.FIELDS' || section.text === 'HEADER.FIELDS.NOT';
  const text =
    section.text === 'HEADER.FIELDS' || section.text === 'HEADER.FIELDS.NOT' ? 'HEADER' : section.text;
  const range = findSection(root, section.part, text);
  if (range === null) return null;
  const fromStart = section.part.length === 0 && text !== 'TEXT';
  const fields = picked
    ? {
        names: new Set(section.fields.map(name => name.toLowerCase())),
        without: section.text === 'HEADER.FIELDS.NOT',
      }
    : null;
  return { start: fromStart ? 0 : range.start + prefixLength, end: range.end + prefixLength, fields };
}

/** The fields of a header that are named, or those that are not, and the blank line (RFC 9051 §6.4.5.1). */
export function pickFields(header: Uint8Array, names: ReadonlySet<string>, without: boolean): Buffer {
  const picked: Uint8Array[] = [];
  let end = 0;
  for (const field of parseHeaderFields(header)) {
    if (names.has(field.key) !== without) picked.push(header.subarray(field.start, field.end));
    ({ end } = field);
  }
  const hasBlank = end < header.length && isBlankLine(header, end, header.length);
  return Buffer.concat([...picked, hasBlank || header.length > 0 ? Buffer.from('\r\n') : Buffer.alloc(0)]);
}
