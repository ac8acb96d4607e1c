import type { Filter } from '@hongyan/formats/jmap/filter.ts';
import { decodePartText } from '@hongyan/formats/message/content.ts';
import { htmlToText } from '@hongyan/formats/message/text/html-text.ts';
import type { EmailCondition } from '../../../mailbox/emails/condition.ts';
import { foldWithPlaces } from '../../../mailbox/searching/fold.ts';
import { bodyLists } from './body-parts.ts';
import type { MessageSource } from './message-source.ts';

/** Words that a search looks for, by where a snippet can show them. */
export interface SnippetWords {
  readonly subject: readonly string[];
  readonly body: readonly string[];
}

/** Characters before the first word found, and of the whole preview. */
const lead = 40;
const maxPreview = 200;
/** Encoded octets of a part that are looked at. */
const maxPartBytes = 1024 * 1024;

/** The words of a filter that a match may be due to: those not under NOT. */
export function snippetWords(filter: Filter<EmailCondition> | null): SnippetWords {
  const subject = new Set<string>();
  const body = new Set<string>();
  const walk = (node: Filter<EmailCondition>): void => {
    if (node.operator === 'NOT') return;
    if (node.operator !== 'is') {
      for (const item of node.conditions) walk(item);
      return;
    }
    for (const { place, needles } of node.condition.texts) {
      for (const needle of needles) {
        if (place === 'text' || place === 'subject') subject.add(needle);
        if (place === 'text' || place === 'body') body.add(needle);
      }
    }
  };
  if (filter) walk(filter);
  return { subject: [...subject], body: [...body] };
}

/** `text` as HTML with the words in `<mark>`; null when none of them is there (RFC 8621 §5). */
export function markWords(text: string, words: readonly string[]): string | null {
  const spans = findWords(text, words);
  return spans.length === 0 ? null : render(text, spans);
}

/** A piece of the message's text around the first word found, marked; null when none is there. */
export async function markedPreview(source: MessageSource, words: readonly string[]): Promise<string | null> {
  if (words.length === 0) return null;
  for (const part of bodyLists(source).textBody) {
    if (part.type !== 'text') continue;
    const end = Math.min(part.end, part.bodyStart + maxPartBytes);
    const { text } = decodePartText(part, await source.read(part.bodyStart, end));
    const found = markedPiece(part.subtype === 'html' ? htmlToText(text) : text, words);
    if (found !== null) return found;
  }
  return null;
}

/** A piece of `text` around the first word found, marked; null when none is there. */
export function markedPiece(text: string, words: readonly string[]): string | null {
  const plain = text.replaceAll(/\s+/g, ' ').trim();
  const [first] = findWords(plain, words);
  if (!first) return null;
  const start = Math.max(0, first[0] - lead);
  const piece = plain.slice(start, start + maxPreview).replaceAll(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
  return render(piece, findWords(piece, words));
}

type Span = readonly [start: number, end: number];

/** Where the words stand, in order and not overlapping. */
function findWords(text: string, words: readonly string[]): Span[] {
  const { text: folded, places } = foldWithPlaces(text);
  const spans: Span[] = [];
  for (const word of words) {
    if (word === '') continue;
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
      const start = places[at] ?? 0;
      // All of a character is marked, though only a part of it may have been found.
      let end = at + word.length;
      while (end < folded.length && places[end] === places[end - 1]) end++;
      spans.push([start, places[end] ?? text.length]);
    }
  }
  spans.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  let reached = 0;
  return spans.filter(([start, end]) => {
    if (start < reached) return false;
    reached = end;
    return true;
  });
}

function render(text: string, spans: readonly Span[]): string {
  let html = '';
  let at = 0;
  for (const [start, end] of spans) {
    html += `${escape(text.slice(at, start))}<mark>${escape(text.slice(start, end))}</mark>`;
    at = end;
  }
  return html + escape(text.slice(at));
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
