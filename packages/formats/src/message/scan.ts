import { Buffer, isAscii } from 'node:buffer';
import { asBuffer, findFieldColon, isBlankLine } from './headers.ts';
import { DEFAULT_SCAN_LIMITS, type MessageStructure, type ScanLimits } from './part.ts';
import { PartStack } from './parts/part-stack.ts';

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;
const NEWLINE_DASHES = Buffer.from('\n--');
/** Longest line looked at as a boundary delimiter (RFC 2046 allows 70 characters plus padding). */
const MAX_BOUNDARY_LINE = 1024;
/** Longest line of RFC 5322 §2.1.1 with its CRLF. */
const MAX_LINE = 1000;
/** A first header line longer than this without a colon is body text. */
const MIN_HEADER_BYTES = 2048;

/**
 * Finds the structure of a message in one pass over its bytes, in pieces of any size; the result does not depend on
 * how the bytes were cut. Keeps header blocks, one unfinished line and a bounded prefix of the first text parts, never
 * bodies. Never throws on input. RFC 5322, RFC 2045 to 2047, RFC 2046 §5.1.
 *
 * Line ends are LF with or without CR. A header block ends at a blank line or at a delimiter of an enclosing multipart;
 * a block whose first line is no header field is empty.
 */
export class MessageScanner {
  readonly #limits: ScanLimits;
  readonly #parts: PartStack;
  /** Bytes before the first one not yet processed. */
  #position = 0;
  #carry = Buffer.alloc(0);
  #carryLength = 0;
  #needMore = false;
  /** The byte before the data being processed, and the width of the line break it ends. */
  #lastByte = LF;
  #lastBreak = 0;
  #skipLine = false;
  #firstLine = true;
  #size = 0;
  #has8bit = false;
  #hasNul = false;
  #lineTooLong = false;
  /** Octets since the last LF, up to the end of what was observed. */
  #openLine = 0;
  #result: MessageStructure | null = null;

  constructor(limits: Partial<ScanLimits> = {}) {
    const merged = { ...DEFAULT_SCAN_LIMITS, ...limits };
    this.#limits = { ...merged, maxHeaderBytes: Math.max(merged.maxHeaderBytes, MIN_HEADER_BYTES) };
    this.#parts = new PartStack(this.#limits);
  }

  /** Takes the next piece. The bytes are not kept beyond the call. */
  push(chunk: Uint8Array): void {
    if (this.#result !== null) throw new TypeError('push after finish');
    if (chunk.length === 0) return;
    const data = asBuffer(chunk);
    this.#observe(data);
    this.#size += data.length;
    if (this.#carryLength === 0) {
      this.#run(data, false);
      return;
    }
    const limit = this.#parts.inHeader ? this.#limits.maxHeaderBytes : MAX_BOUNDARY_LINE;
    if (this.#carryLength + data.length <= limit && data.indexOf(LF) < 0) {
      this.#hold(data);
      return;
    }
    const joined = Buffer.concat([this.#carry.subarray(0, this.#carryLength), data]);
    this.#carryLength = 0;
    this.#run(joined, false);
  }

  /** Ends the message and returns its structure; called again, the same. */
  finish(): MessageStructure {
    if (this.#result !== null) return this.#result;
    const rest = this.#carry.subarray(0, this.#carryLength);
    this.#carryLength = 0;
    this.#run(rest, true);
    this.#parts.finish(this.#size);
    this.#carry = Buffer.alloc(0);
    this.#result = {
      size: this.#size,
      root: this.#parts.root,
      header: this.#parts.rootHeader,
      headerCut: this.#parts.headerCut,
      partsCut: this.#parts.partsCut,
      has8bit: this.#has8bit,
      hasNul: this.#hasNul,
      lineTooLong: this.#lineTooLong || this.#openLine > MAX_LINE - 2,
    };
    return this.#result;
  }

  /** Whole-message facts that need no state of the grammar. */
  #observe(data: Buffer): void {
    this.#has8bit ||= !isAscii(data);
    this.#hasNul ||= data.includes(0);
    if (this.#lineTooLong) return;
    // From each line start look back from where the line must have ended: few bytes are touched.
    let lineStart = -this.#openLine;
    while (lineStart + MAX_LINE <= data.length) {
      let at = lineStart + MAX_LINE - 1;
      while (at >= 0 && at >= lineStart && data[at] !== LF) at--;
      if (at < 0 || at < lineStart) {
        this.#lineTooLong = true;
        return;
      }
      lineStart = at + 1;
    }
    const last = data.lastIndexOf(LF);
    this.#openLine = last < 0 ? this.#openLine + data.length : data.length - last - 1;
  }

  #hold(data: Buffer): void {
    const length = this.#carryLength + data.length;
    if (length > this.#carry.length) {
      const larger = Buffer.allocUnsafe(Math.max(length * 2, 256));
      this.#carry.copy(larger, 0, 0, this.#carryLength);
      this.#carry = larger;
    }
    data.copy(this.#carry, this.#carryLength);
    this.#carryLength = length;
  }

  #run(data: Buffer, last: boolean): void {
    let at = 0;
    this.#needMore = false;
    while (at < data.length && !this.#needMore) {
      at = this.#parts.inHeader ? this.#header(data, at, last) : this.#body(data, at, last);
    }
    if (at < data.length) this.#hold(data.subarray(at));
    if (at === 0) return;
    this.#lastBreak = data[at - 1] === LF ? (this.#byte(data, at - 2) === CR ? 2 : 1) : 0;
    this.#lastByte = data[at - 1] ?? 0;
    this.#position += at;
  }

  /** Byte at `index`, which may be the one before the data. */
  #byte(data: Buffer, index: number): number {
    return index < 0 ? this.#lastByte : (data[index] ?? 0);
  }

  /** Width of the line break before the line that starts at `lineStart`. */
  #breakBefore(data: Buffer, lineStart: number): number {
    if (lineStart === 0) return this.#lastBreak;
    return this.#byte(data, lineStart - 2) === CR ? 2 : 1;
  }

  /** Header lines from `from` on; returns where it stopped. */
  #header(data: Buffer, from: number, last: boolean): number {
    const parts = this.#parts;
    const limit = this.#limits.maxHeaderBytes;
    let at = from;
    while (at < data.length) {
      const lf = data.indexOf(LF, at);
      if (this.#skipLine) {
        if (lf < 0) return data.length;
        this.#skipLine = false;
        parts.countLine();
        at = lf + 1;
        continue;
      }
      if (lf < 0 && !last && data.length - at <= limit) {
        this.#needMore = true;
        return at;
      }
      const end = lf < 0 ? data.length : lf + 1;
      const long = end - at > limit;
      const start = this.#position + at;
      if (!long && isBlankLine(data, at, end)) {
        this.#firstLine = true;
        parts.addHeaderLine(data, at, end, true);
        parts.endHeader(this.#position + end);
        return end;
      }
      if (data[at] === DASH && data[at + 1] === DASH && end - at <= MAX_BOUNDARY_LINE) {
        const match = parts.matchBoundary(data, at, end);
        if (match !== null) {
          this.#firstLine = true;
          parts.boundary(match, start, 0, this.#position + end, lf >= 0);
          return end;
        }
      }
      if (this.#firstLine && !isHeaderStart(data, at, end)) {
        parts.endHeader(start);
        return at;
      }
      this.#firstLine = false;
      if (long) {
        parts.cutHeader();
        this.#skipLine = lf < 0;
        if (lf >= 0) parts.countLine();
      } else {
        parts.addHeaderLine(data, at, end, lf >= 0);
      }
      at = end;
    }
    return at;
  }

  /** Body bytes from `from` up to a delimiter or the end; returns where it stopped. */
  #body(data: Buffer, from: number, last: boolean): number {
    const parts = this.#parts;
    if (!parts.hasBoundaries) {
      parts.consume(data, from, data.length);
      return data.length;
    }
    let search = from;
    for (;;) {
      let candidate = -1;
      if (data[search] === DASH && data[search + 1] === DASH && this.#byte(data, search - 1) === LF)
        candidate = search;
      else if (search < data.length) candidate = data.indexOf(NEWLINE_DASHES, search) + 1 || -1;
      if (candidate < 0) {
        const final = data.length - 1;
        const held = !last && data[final] === DASH && this.#byte(data, final - 1) === LF && final >= from;
        parts.consume(data, from, held ? final : data.length);
        this.#needMore = held;
        return held ? final : data.length;
      }
      const lf = data.indexOf(LF, candidate);
      if (lf < 0 && !last && data.length - candidate <= MAX_BOUNDARY_LINE) {
        parts.consume(data, from, candidate);
        this.#needMore = true;
        return candidate;
      }
      const end = lf < 0 ? data.length : lf + 1;
      const match = end - candidate > MAX_BOUNDARY_LINE ? null : parts.matchBoundary(data, candidate, end);
      if (match !== null) {
        parts.consume(data, from, candidate);
        parts.boundary(
          match,
          this.#position + candidate,
          this.#breakBefore(data, candidate),
          this.#position + end,
          lf >= 0,
        );
        return end;
      }
      search = lf < 0 ? data.length : lf;
    }
  }
}

/** A field, or the mbox `From ` line that some programs leave in place. */
function isHeaderStart(data: Buffer, at: number, end: number): boolean {
  if (findFieldColon(data, at, end) >= 0) return true;
  const start = data.toString('latin1', at, Math.min(at + 6, end));
  return start.startsWith('From ') || start === '>From ';
}

/** {@link MessageScanner} over bytes in memory. */
export function scanMessage(bytes: Uint8Array, limits: Partial<ScanLimits> = {}): MessageStructure {
  const scanner = new MessageScanner(limits);
  scanner.push(bytes);
  return scanner.finish();
}
