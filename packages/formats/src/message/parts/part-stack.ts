import { Buffer } from 'node:buffer';
import type { MessagePart, ScanLimits } from '../part.ts';
import { parsePartFields } from './part-fields.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type OpenPart = Omit<Writable<MessagePart>, 'children' | 'message'> & {
  children: MessagePart[];
  message: MessagePart | null;
};

/** A part whose end is not known yet. */
interface Frame {
  readonly part: OpenPart;
  /** Delimiter text without the dashes, while the multipart is open. */
  boundary: Buffer | null;
  /** The part is the root of a message, so its header is kept. */
  readonly isMessageRoot: boolean;
  readonly inDigest: boolean;
  headerDone: boolean;
  /** Lines are wanted. */
  counted: boolean;
  linesAtBody: number;
  /** Encoded octets still wanted for the preview. */
  wanted: number;
  captured: Buffer[];
}

/** A delimiter line that belongs to an open multipart. */
export interface BoundaryMatch {
  readonly depth: number;
  readonly close: boolean;
}

const LF = 0x0a;
const DASH = 0x2d;
const MAX_BOUNDARY = 998;
/** Text parts of which a prefix is kept. */
const MAX_PREFIXES = 4;
const EMPTY = Buffer.alloc(0);

/** The open parts of a message being scanned, innermost last, and the tree of finished ones. */
export class PartStack {
  readonly #limits: ScanLimits;
  readonly #frames: Frame[] = [];
  readonly root: MessagePart;
  rootHeader: Uint8Array = EMPTY;
  headerCut = false;
  partsCut = false;
  #inHeader = true;
  /** Lines of the current header block; reused from block to block. */
  #header: Buffer = EMPTY;
  #headerLength = 0;
  #headerLines = 0;
  #headerOpen = true;
  #totalHeader = 0;
  #partCount = 0;
  #boundaries = 0;
  #counting = 0;
  #lines = 0;
  #prefixes = 0;

  constructor(limits: ScanLimits) {
    this.#limits = limits;
    this.root = this.#open(0, true, false).part;
  }

  /** A header block is being read. */
  get inHeader(): boolean {
    return this.#inHeader;
  }

  /** Some multipart is open, so delimiters matter. */
  get hasBoundaries(): boolean {
    return this.#boundaries > 0;
  }

  /** Starts a part whose header begins at `headerStart`. */
  #open(headerStart: number, isMessageRoot: boolean, inDigest: boolean): Frame {
    const frame: Frame = {
      part: newPart(headerStart),
      boundary: null,
      isMessageRoot,
      inDigest,
      headerDone: false,
      counted: false,
      linesAtBody: 0,
      wanted: 0,
      captured: [],
    };
    this.#frames.push(frame);
    this.#partCount++;
    this.#inHeader = true;
    this.#headerLength = 0;
    this.#headerLines = 0;
    this.#headerOpen = true;
    return frame;
  }

  /** Keeps one line of the current header block, or drops it and all that follow when a limit is reached. */
  addHeaderLine(data: Buffer, from: number, to: number, ended: boolean): void {
    const length = this.#headerLength + to - from;
    if (length > this.#limits.maxHeaderBytes || this.#headerLines >= this.#limits.maxHeaderLines)
      this.cutHeader();
    if (this.#headerOpen) {
      if (length > this.#header.length) {
        const larger = Buffer.allocUnsafe(length * 2);
        this.#header.copy(larger, 0, 0, this.#headerLength);
        this.#header = larger;
      }
      data.copy(this.#header, this.#headerLength, from, to);
      this.#headerLength = length;
      this.#headerLines++;
    }
    if (ended) this.countLine();
  }

  /** Nothing more of this header block is kept. */
  cutHeader(): void {
    this.headerCut = true;
    this.#headerOpen = false;
  }

  /** One LF went by that {@link consume} did not see. */
  countLine(): void {
    if (this.#counting > 0) this.#lines++;
  }

  /** Body bytes that belong to the innermost open part. */
  consume(data: Buffer, from: number, to: number): void {
    if (from >= to) return;
    if (this.#counting > 0) this.#lines += countLines(data, from, to);
    const frame = this.#frames.at(-1);
    if (frame !== undefined && frame.wanted > 0) {
      const piece = Buffer.from(data.subarray(from, Math.min(to, from + frame.wanted)));
      frame.captured.push(piece);
      frame.wanted -= piece.length;
    }
  }

  /** The current header block ends and the body starts at `bodyStart`. */
  endHeader(bodyStart: number): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return;
    this.#finishHeader(frame, bodyStart);
    this.#inHeader = false;
    const { part } = frame;
    const mayNest = this.#frames.length < this.#limits.maxDepth;
    if (part.type === 'multipart') {
      const raw = part.parameters.find(parameter => parameter.name === 'boundary')?.raw.trimEnd() ?? '';
      const boundary = Buffer.from(raw, 'utf8');
      if (boundary.length === 0 || boundary.length > MAX_BOUNDARY) {
        makePlainText(part);
      } else if (mayNest) {
        frame.boundary = boundary;
        this.#boundaries++;
      } else {
        this.partsCut = true;
        makeOctets(part);
      }
    } else if (isMessage(part)) {
      if (mayNest && this.#partCount < this.#limits.maxParts) {
        this.#count(frame);
        part.message = this.#open(bodyStart, true, false).part;
        return;
      }
      this.partsCut = true;
      makeOctets(part);
    }
    if (part.type === 'text' || part.type === 'multipart') this.#count(frame);
    frame.wanted = this.#prefixWanted(part);
  }

  #count(frame: Frame): void {
    frame.counted = true;
    frame.linesAtBody = this.#lines;
    this.#counting++;
  }

  #prefixWanted(part: OpenPart): number {
    if (this.#prefixes >= MAX_PREFIXES || part.disposition === 'attachment') return 0;
    const { maxPrefixBytes } = this.#limits;
    if (part.type === 'multipart') return maxPrefixBytes >> 3;
    if (part.type !== 'text' || (part.subtype !== 'plain' && part.subtype !== 'html')) return 0;
    this.#prefixes++;
    return part.subtype === 'html' ? maxPrefixBytes : maxPrefixBytes >> 3;
  }

  /** Reads the kept header block into its part. */
  #finishHeader(frame: Frame, bodyStart: number): void {
    const header = this.#header.subarray(0, this.#headerLength);
    this.#totalHeader += header.length;
    frame.headerDone = true;
    Object.assign(frame.part, parsePartFields(header, frame.inDigest));
    frame.part.bodyStart = bodyStart;
    if (!frame.isMessageRoot) return;
    const kept = new Uint8Array(header);
    const holder = this.#frames.at(-2);
    if (holder === undefined) this.rootHeader = kept;
    else holder.part.messageHeader = kept;
  }

  /** The open multipart whose delimiter the line `data[from..to)` is, innermost first (RFC 2046 §5.1.1), or null. */
  matchBoundary(data: Buffer, from: number, to: number): BoundaryMatch | null {
    let end = to;
    while (end > from && isPadding(data[end - 1] ?? 0)) end--;
    const start = from + 2;
    const length = end - start;
    for (let depth = this.#frames.length - 1; depth >= 0; depth--) {
      const boundary = this.#frames[depth]?.boundary ?? null;
      if (boundary === null) continue;
      const close = length === boundary.length + 2 && data[end - 1] === DASH && data[end - 2] === DASH;
      if (!close && length !== boundary.length) continue;
      if (boundary.compare(data, start, start + boundary.length) === 0) return { depth, close };
    }
    return null;
  }

  /**
   * A delimiter line: ends the parts inside its multipart, then starts the next part or the epilogue.
   * @param lineStart offset of the delimiter line, `breakWidth` that of the line break before it
   * @param next offset after the line, `ended` whether the line had a line break
   */
  boundary(match: BoundaryMatch, lineStart: number, breakWidth: number, next: number, ended: boolean): void {
    let end = lineStart - breakWidth;
    let lines = this.#lines - (breakWidth > 0 && this.#counting > 0 ? 1 : 0);
    while (this.#frames.length > match.depth + 1) {
      // The line break before the delimiter may be the blank line of an empty part; then the parts around it keep it too.
      if (this.#close(end, lines, lineStart) > end) {
        end = lineStart;
        lines = this.#lines;
      }
    }
    if (ended) this.countLine();
    this.#inHeader = false;
    const frame = this.#frames.at(-1);
    if (frame === undefined) return;
    if (match.close) {
      frame.boundary = null;
      this.#boundaries--;
      return;
    }
    if (frame.counted) {
      frame.counted = false;
      this.#counting--;
      frame.captured = [];
      frame.wanted = 0;
    }
    const full =
      this.#partCount >= this.#limits.maxParts || this.#totalHeader >= this.#limits.maxTotalHeaderBytes;
    const child = this.#open(next, false, frame.part.subtype === 'digest');
    frame.part.children.push(child.part);
    if (full) this.#takeRest(child, next);
  }

  /** The limit is reached: no delimiter counts any more, so `frame` runs to the end. */
  #takeRest(frame: Frame, bodyStart: number): void {
    this.partsCut = true;
    for (const open of this.#frames) open.boundary = null;
    this.#boundaries = 0;
    this.#inHeader = false;
    frame.headerDone = true;
    frame.part.bodyStart = bodyStart;
    makeOctets(frame.part);
  }

  /** Ends the innermost part and returns its end. `headerEnd` is where its header ends if it has no body. */
  #close(end: number, lines: number, headerEnd: number): number {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return end;
    const { part } = frame;
    if (!frame.headerDone) this.#finishHeader(frame, headerEnd);
    this.#frames.pop();
    part.end = Math.max(part.bodyStart, end);
    if (frame.boundary !== null) this.#boundaries--;
    if (frame.counted) {
      this.#counting--;
      part.lines = Math.max(0, lines - frame.linesAtBody);
    }
    if (part.type === 'multipart' && part.children.length === 0) makePlainText(part);
    if (isMessage(part) && part.message === null) {
      const root = newPart(part.bodyStart);
      root.end = part.end;
      part.message = root;
    }
    if (isMessage(part)) part.messageHeader ??= EMPTY;
    if (part.type === 'text' && frame.captured.length > 0) {
      part.prefix = Buffer.concat(frame.captured).subarray(0, part.end - part.bodyStart);
    }
    return part.end;
  }

  /** Ends all parts at the end of the message. */
  finish(size: number): void {
    while (this.#frames.length > 0) this.#close(size, this.#lines, size);
  }
}

function isPadding(byte: number): boolean {
  return byte === LF || byte === 0x0d || byte === 0x20 || byte === 0x09;
}

/** Whether a part encapsulates a message (RFC 2046 §5.2.1, RFC 6532 §3.7). */
function isMessage(part: OpenPart): boolean {
  return part.type === 'message' && (part.subtype === 'rfc822' || part.subtype === 'global');
}

/** RFC 2045 §5.2: a multipart without usable delimiters is shown as the text it is. */
function makePlainText(part: OpenPart): void {
  part.type = 'text';
  part.subtype = 'plain';
  part.charset = null;
  part.parameters = [];
}

function makeOctets(part: OpenPart): void {
  part.type = 'application';
  part.subtype = 'octet-stream';
  part.parameters = [];
}

function countLines(data: Buffer, from: number, to: number): number {
  let lines = 0;
  for (let i = from; i < to; i++) if (data[i] === LF) lines++;
  return lines;
}

function newPart(headerStart: number): OpenPart {
  return {
    headerStart,
    bodyStart: headerStart,
    end: headerStart,
    lines: 0,
    type: 'text',
    subtype: 'plain',
    typed: false,
    charset: null,
    encoding: '7bit',
    disposition: null,
    fileName: null,
    contentId: null,
    language: [],
    location: null,
    flowed: false,
    delSp: false,
    parameters: [],
    dispositionParameters: [],
    id: null,
    description: null,
    md5: null,
    children: [],
    message: null,
    messageHeader: null,
    prefix: null,
  };
}
