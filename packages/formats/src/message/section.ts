import type { StoredPart } from './part.ts';

/** What of a part is asked for: RFC 9051 §6.4.5.1. Null is the part's content itself. */
export type SectionText = 'HEADER' | 'TEXT' | 'MIME' | null;

/** A byte range of the stored message. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The part that a list of part numbers names (1-based), or null. Numbers below a message/rfc822 or message/global part
 * count the parts of the encapsulated message; a message that is no multipart has the one part 1.
 */
export function findPart(root: StoredPart, path: readonly number[]): StoredPart | null {
  let part: StoredPart = root;
  // The part whose numbers come next: a multipart's children, or the single part of a message.
  let isMessageRoot = true;
  for (const number of path) {
    if (!isMessageRoot && part.message !== null) {
      part = part.message;
      isMessageRoot = true;
    }
    let next: StoredPart | undefined;
    if (part.type === 'multipart') next = part.children[number - 1];
    else if (isMessageRoot && number === 1) next = part;
    if (next === undefined) return null;
    part = next;
    isMessageRoot = false;
  }
  return part;
}

/**
 * Where `BODY[path.text]` lies in the stored bytes, or null when there is no such section (RFC 9051 §6.4.5.1).
 * HEADER and TEXT with a path need a message part; MIME needs a path. An empty path with null is the whole message.
 */
export function findSection(root: StoredPart, path: readonly number[], text: SectionText): ByteRange | null {
  if (path.length === 0) {
    if (text === null) return { start: 0, end: root.end };
    if (text === 'HEADER') return { start: root.headerStart, end: root.bodyStart };
    if (text === 'TEXT') return { start: root.bodyStart, end: root.end };
    return null;
  }
  const part = findPart(root, path);
  if (part === null) return null;
  if (text === null) return { start: part.bodyStart, end: part.end };
  if (text === 'MIME') return { start: part.headerStart, end: part.bodyStart };
  const { message } = part;
  if (message === null) return null;
  if (text === 'HEADER') return { start: message.headerStart, end: message.bodyStart };
  return { start: message.bodyStart, end: message.end };
}
