import { findText } from './find-text.ts';

/** A run of a pattern between two `*`: code points, null for `?`. */
interface Segment {
  /** The segment's text when it has no `?`. */
  readonly literal: string | null;
  readonly points: readonly (string | null)[];
}

/** A pattern of `:matches` (RFC 5228 §2.7.1): segments with a `*` between each two. */
export interface Glob {
  readonly segments: readonly Segment[];
  /** Wildcards in their order: for each the segment it stands in or behind. */
  readonly length: number;
}

/** Start and end of what a wildcard matched. */
export type Span = readonly [start: number, end: number];

function segmentOf(points: (string | null)[]): Segment {
  return { points, literal: points.includes(null) ? null : points.join('') };
}

/** Reads a pattern: `*`, `?`, and a backslash that takes a wildcard's or backslash's meaning away. */
export function parseGlob(pattern: string): Glob {
  const segments: Segment[] = [];
  let points: (string | null)[] = [];
  let escaped = false;
  for (const character of pattern) {
    if (!escaped && character === '\\') {
      escaped = true;
      continue;
    }
    if (!escaped && character === '*') {
      segments.push(segmentOf(points));
      points = [];
    } else points.push(!escaped && character === '?' ? null : character);
    escaped = false;
  }
  if (escaped) points.push('\\');
  segments.push(segmentOf(points));
  return { segments, length: pattern.length };
}

function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** End of the segment if it stands exactly at `at`, else -1. */
function endAt(text: string, segment: Segment, at: number): number {
  if (segment.literal !== null)
    return text.startsWith(segment.literal, at) ? at + segment.literal.length : -1;
  let end = at;
  for (const point of segment.points) {
    if (point === null) {
      if (end >= text.length) return -1;
      end += widthAt(text, end);
    } else if (text.startsWith(point, end)) end += point.length;
    else return -1;
  }
  return end;
}

/** First place at or after `from` where the segment stands. */
function findSegment(text: string, segment: Segment, from: number): Span | null {
  if (segment.literal !== null) {
    const at = findText(text, segment.literal, from);
    return at === -1 ? null : [at, at + segment.literal.length];
  }
  for (let at = from; at <= text.length; at += at < text.length ? widthAt(text, at) : 1) {
    const end = endAt(text, segment, at);
    if (end !== -1) return [at, end];
  }
  return null;
}

/** Place where the segment stands when it ends the text; -1 when it does not or would begin before `from`. */
function findAtEnd(text: string, segment: Segment, from: number): number {
  let at = text.length;
  for (let i = segment.points.length - 1; i >= 0; i--) {
    const point = segment.points[i] ?? null;
    const low = text.charCodeAt(at - 1);
    const width = point?.length ?? (low >= 0xdc00 && low <= 0xdfff && at > 1 ? 2 : 1);
    at -= width;
    if (at < from) return -1;
    if (point !== null && !text.startsWith(point, at)) return -1;
  }
  return at;
}

function addSingles(text: string, segment: Segment, start: number, spans: Span[]): void {
  if (segment.literal !== null) return;
  let at = start;
  for (const point of segment.points) {
    const width = point?.length ?? widthAt(text, at);
    if (point === null) spans.push([at, at + width]);
    at += width;
  }
}

/**
 * What each wildcard matched, in the order of the pattern, or null. `*` takes as little as possible (RFC 5229 §3.2),
 * found without ever going back over an earlier `*`: at most text × pattern comparisons.
 */
export function matchGlob(text: string, glob: Glob): Span[] | null {
  const { segments } = glob;
  const first = segments[0];
  const last = segments.at(-1);
  if (first === undefined || last === undefined) return null;
  const spans: Span[] = [];
  let at = endAt(text, first, 0);
  if (at === -1) return null;
  addSingles(text, first, 0, spans);
  if (segments.length === 1) return at === text.length ? spans : null;
  for (const segment of segments.slice(1, -1)) {
    const found = findSegment(text, segment, at);
    if (found === null) return null;
    spans.push([at, found[0]]);
    addSingles(text, segment, found[0], spans);
    at = found[1];
  }
  const start = findAtEnd(text, last, at);
  if (start === -1) return null;
  spans.push([at, start]);
  addSingles(text, last, start, spans);
  return spans;
}
