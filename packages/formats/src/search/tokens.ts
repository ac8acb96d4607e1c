import { CharacterClass, classOf } from './characters.ts';

/** Longest word that is one term, UTF-16 units; longer ones become overlapping terms. */
export const maxTermLength: number = 64;
/** Neighbouring terms of a long word share so many units. */
const overlap = 32;
/** A piece of a long word up to this length is surely inside one of its terms. */
export const surePieceLength: number = overlap - 2;

const { Separator, Word, Dense } = CharacterClass;

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** A place at or before `at` that does not cut a character in two. */
function wholeAt(text: string, at: number): number {
  return at < text.length && isLowSurrogate(text.charCodeAt(at)) ? at - 1 : at;
}

function cutLong(word: string, terms: string[]): void {
  for (let start = 0; ; start = wholeAt(word, start + maxTermLength - overlap)) {
    const end = start + maxTermLength;
    if (end >= word.length) {
      terms.push(word.slice(start));
      return;
    }
    terms.push(word.slice(start, wholeAt(word, end)));
  }
}

/** The terms of a run of dense script: every two neighbours, and the last character, which also ends the run. */
function cutDense(text: string, start: number, end: number, terms: string[]): void {
  let before = start;
  let at = start + (classWidth(text, start) === 2 ? 2 : 1);
  while (at < end) {
    const next = at + classWidth(text, at);
    terms.push(text.slice(before, next));
    before = at;
    at = next;
  }
  terms.push(text.slice(before, end));
}

/** UTF-16 units of the character at `at`. */
function classWidth(text: string, at: number): 1 | 2 {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(text.charCodeAt(at + 1)) ? 2 : 1;
}

/** A stretch of one class. A symbol is a run by itself. */
export interface Run {
  readonly kind: CharacterClass;
  readonly start: number;
  readonly end: number;
}

/** The next run at or after `from` that is no separator; null at the end. */
export function nextRun(text: string, from: number): Run | null {
  let at = from;
  while (at < text.length) {
    const kind = classOf(text.codePointAt(at) ?? 0);
    if (kind === Separator) {
      at += 1;
      continue;
    }
    let end = at + classWidth(text, at);
    if (kind === Word || kind === Dense) {
      while (end < text.length && classOf(text.codePointAt(end) ?? 0) === kind) end += classWidth(text, end);
    }
    return { kind, start: at, end };
  }
  return null;
}

/**
 * Cuts folded text into the terms of the index, in their order: words whole, dense scripts into pairs of characters,
 * symbols one by one. A run of dense script ends with its last character alone, so that pairs of two runs are never
 * neighbours. Terms hold no blanks and no ASCII punctuation. Stops after `limit` terms; linear time.
 *
 * @example
 * cutTerms('hello 世界杯!', [], 100) // ['hello', '世界', '界杯', '杯']
 */
export function cutTerms(text: string, terms: string[], limit: number): boolean {
  for (let run = nextRun(text, 0); run; run = nextRun(text, run.end)) {
    if (terms.length >= limit) return false;
    if (run.kind === Dense) {
      // One endless run must not pass the limit by far.
      const end = wholeAt(text, Math.min(run.end, run.start + 2 * limit));
      cutDense(text, run.start, end, terms);
      if (end < run.end) return false;
    } else if (run.end - run.start > maxTermLength) {
      const end = wholeAt(text, Math.min(run.end, run.start + overlap * limit));
      cutLong(text.slice(run.start, end), terms);
      if (end < run.end) return false;
    } else terms.push(text.slice(run.start, run.end));
  }
  return true;
}
