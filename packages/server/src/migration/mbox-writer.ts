import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { MessageRow } from '../mailbox/types.ts';
import { LfNormalizer } from './crlf.ts';
import { mboxStatusFields } from './flags.ts';

const lf = 0x0a;
const gt = 0x3e;
const from = Buffer.from('From ');
/** More `>` signs than this before `From ` are taken for text: what is held back stays small. */
const maxQuotes = 64;
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A time as asctime has it, UTC (RFC 4155). */
function asctime(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  const day = String(date.getUTCDate()).padStart(2, ' ');
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${day} ${clock} ${date.getUTCFullYear()}`;
}

/** Puts `>` before lines that begin with `>*From ` (mboxrd), while bytes stream by. */
class FromQuoter {
  #atLineStart = true;
  /** Beginning of a line that may still turn out to be a From line. */
  #held: Buffer = Buffer.alloc(0);

  push(chunk: Uint8Array): Buffer {
    const data = Buffer.concat([this.#held, chunk]);
    this.#held = Buffer.alloc(0);
    const out: Buffer[] = [];
    let start = 0;
    while (start < data.length) {
      if (this.#atLineStart) {
        let quotes = start;
        while (data[quotes] === gt && quotes - start < maxQuotes) quotes += 1;
        const head = data.subarray(quotes, quotes + from.length);
        if (head.length < from.length && from.subarray(0, head.length).equals(head)) {
          this.#held = Buffer.from(data.subarray(start));
          break;
        }
        if (head.equals(from)) out.push(Buffer.of(gt));
      }
      const end = data.indexOf(lf, start);
      const next = end < 0 ? data.length : end + 1;
      out.push(data.subarray(start, next));
      this.#atLineStart = end >= 0;
      start = next;
    }
    return Buffer.concat(out);
  }

  end(): Buffer {
    const rest = this.#held;
    this.#held = Buffer.alloc(0);
    this.#atLineStart = true;
    return rest;
  }
}

/** Writes messages into one mbox file (RFC 4155, mboxrd), line ends LF, with Status fields for the flags. */
export class MboxWriter {
  readonly #stream: Writable;
  #error: unknown = null;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', error => {
      this.#error = error;
    });
  }

  /** Writes one message and returns the bytes it took. */
  async message(row: MessageRow, body: AsyncIterable<Uint8Array>): Promise<number> {
    const lines = new LfNormalizer();
    const quoter = new FromQuoter();
    const put = async (bytes: Uint8Array): Promise<void> => {
      const text = quoter.push(lines.push(bytes));
      last = text.at(-1) ?? last;
      length += text.length;
      await this.#write(text);
    };
    let length = 0;
    let last = lf;
    const separator = Buffer.from(`From MAILER-DAEMON ${asctime(row.receivedAt)}\n`, 'latin1');
    length += separator.length;
    await this.#write(separator);
    await put(Buffer.from(mboxStatusFields(row.flags.bits), 'latin1'));
    for await (const chunk of body) await put(chunk);
    await put(lines.end());
    const rest = quoter.end();
    last = rest.at(-1) ?? last;
    const tail = Buffer.concat([rest, Buffer.from(last === lf ? '\n' : '\n\n')]);
    await this.#write(tail);
    return length + tail.length;
  }

  /** Resolves when everything written so far is with the system. */
  async flush(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#stream.write('', error => (error ? reject(error) : resolve()));
    });
  }

  async end(): Promise<void> {
    this.#stream.end();
    if (!this.#stream.closed) await once(this.#stream, 'close');
    if (this.#error !== null) throw this.#error;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#error !== null) throw this.#error;
    if (bytes.length > 0 && !this.#stream.write(bytes)) await once(this.#stream, 'drain');
  }
}
