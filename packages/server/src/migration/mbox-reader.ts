/** What an mbox file consists of. `offset` is the place of the message in the file, in bytes: its name for resuming. */
export type MboxEvent =
  | { readonly kind: 'begin'; readonly offset: number; readonly fromLine: string }
  | { readonly kind: 'data'; readonly bytes: Uint8Array };

const lf = 0x0a;
const from = Buffer.from('From ');
/** Longest line looked at as a whole; longer ones go on in pieces and separate nothing. */
const maxLine = 65_536;
/** `>` signs before `From ` that are undone (mboxrd takes one off any number). */
const maxQuotes = 64;

/** A separator has an envelope sender and a time: `From alice@x.test Mon Nov 23 10:00:00 2026`. */
function isSeparator(line: Buffer): boolean {
  if (!line.subarray(0, 5).equals(from) || line.length > 1_000) return false;
  const words = line.toString('latin1', 5).trim().split(/ +/);
  return words.length >= 2 && words.slice(1).some(word => /^[0-9]{1,2}:[0-9]{2}/.test(word));
}

/** Line without the one `>` that mboxrd put before `>*From `. */
function unquote(line: Buffer): Buffer {
  let quotes = 0;
  while (quotes < maxQuotes && line[quotes] === 0x3e) quotes += 1;
  return quotes > 0 && line.subarray(quotes, quotes + 5).equals(from) ? line.subarray(1) : line;
}

/** A lone line end, CRLF or LF. */
function isBlank(line: Buffer): boolean {
  return line.length === 1 || (line.length === 2 && line[0] === 0x0d);
}

/**
 * Takes an mbox file apart as it streams by (RFC 4155; mboxrd quoting, plain mboxo is read as well). Bytes before the
 * first separator are no message and are left out. Memory does not grow with the file or with its messages.
 */
export class MboxReader {
  #rest: Buffer = Buffer.alloc(0);
  #offset = 0;
  #afterBlank = true;
  /** The blank line before a separator belongs to the format: it is held back until the next line is known. */
  #heldBlank: Buffer | null = null;
  #inLongLine = false;
  #inMessage = false;

  /** Events of the next bytes. */
  *push(chunk: Uint8Array): Generator<MboxEvent, void, undefined> {
    const data = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (;;) {
      const end = data.indexOf(lf, start);
      if (end < 0) break;
      yield* this.#line(data.subarray(start, end + 1));
      start = end + 1;
    }
    this.#rest = Buffer.from(data.subarray(start));
    if (this.#rest.length > maxLine) {
      const piece = this.#rest;
      this.#rest = Buffer.alloc(0);
      yield* this.#piece(piece);
    }
  }

  /** Events of what is left at the end of the file. */
  *end(): Generator<MboxEvent, void, undefined> {
    const last = this.#rest;
    this.#rest = Buffer.alloc(0);
    if (last.length > 0) yield* this.#line(last);
    this.#heldBlank = null;
  }

  *#piece(bytes: Buffer): Generator<MboxEvent, void, undefined> {
    yield* this.#release();
    this.#offset += bytes.length;
    this.#inLongLine = true;
    this.#afterBlank = false;
    if (this.#inMessage) yield { kind: 'data', bytes };
  }

  *#line(line: Buffer): Generator<MboxEvent, void, undefined> {
    const offset = this.#offset;
    if (this.#inLongLine) {
      yield* this.#piece(line);
      this.#inLongLine = false;
      return;
    }
    this.#offset += line.length;
    if (this.#afterBlank && isSeparator(line)) {
      this.#heldBlank = null;
      this.#inMessage = true;
      this.#afterBlank = false;
      yield { kind: 'begin', offset, fromLine: line.toString('latin1').trimEnd() };
      return;
    }
    yield* this.#release();
    this.#afterBlank = isBlank(line);
    if (!this.#inMessage) return;
    if (this.#afterBlank) this.#heldBlank = line;
    else yield { kind: 'data', bytes: unquote(line) };
  }

  *#release(): Generator<MboxEvent, void, undefined> {
    const held = this.#heldBlank;
    this.#heldBlank = null;
    if (held && this.#inMessage) yield { kind: 'data', bytes: held };
  }
}

/** The time of a separator line (asctime, as UTC), ms since the epoch; null when there is none that makes sense. */
export function separatorTime(fromLine: string): number | null {
  const match =
    /([A-Z][a-z]{2}) +([0-9]{1,2}) ([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?: [A-Z]{3,4})? ([0-9]{4})/.exec(
      fromLine.slice(0, 1_000),
    );
  if (!match) return null;
  const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';
  const month = months.indexOf(match[1] ?? '-') / 3;
  if (!Number.isInteger(month) || month < 0) return null;
  const [day, hour, minute, second, year] = [match[2], match[3], match[4], match[5] ?? '0', match[6]].map(
    Number,
  );
  return Date.UTC(year ?? 0, month, day, hour, minute, second);
}
