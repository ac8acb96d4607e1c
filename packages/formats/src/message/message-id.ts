/** Identifiers read from one field; of longer lists the first and the most recent are kept. */
export const MAX_MESSAGE_IDS = 200;

/** Longest identifier that is kept, RFC 5322 §2.1.1. */
const MAX_ID_LENGTH = 998;

/**
 * Message identifiers of an unfolded Message-ID, In-Reply-To or References body (RFC 5322 §3.6.4 and §4.5.4), without
 * angle brackets, white space inside removed, repeated ones once. Bare words with an `@` count when nothing is in
 * brackets.
 */
export function parseMessageIds(text: string): string[] {
  const ids = new Set<string>();
  let open = text.indexOf('<');
  while (open >= 0) {
    const close = text.indexOf('>', open);
    if (close < 0) break;
    // Of several opening brackets the last one counts.
    add(ids, text.slice(text.lastIndexOf('<', close) + 1, close));
    open = text.indexOf('<', close);
  }
  if (ids.size === 0) {
    for (const word of text.split(/[\s,;<>]+/)) if (word.includes('@')) add(ids, word);
  }
  const list = [...ids];
  if (list.length <= MAX_MESSAGE_IDS) return list;
  return [...list.slice(0, 1), ...list.slice(1 - MAX_MESSAGE_IDS)];
}

function add(ids: Set<string>, raw: string): void {
  const id = raw.replaceAll(/\s/g, '');
  if (id !== '' && id.length <= MAX_ID_LENGTH) ids.add(id);
}
