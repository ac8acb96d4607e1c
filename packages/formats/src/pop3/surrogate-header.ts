import { isAscii, isUtf8 } from 'node:buffer';
import { flattenAddresses, formatAddrSpec, type Mailbox, parseAddresses } from '../message/address.ts';
import { addressField, type MailboxInput, textField } from '../message/fields.ts';

/** Longest header that is looked at, octets; a message with a longer one goes out as it is. */
const maxHeaderBytes = 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;

const addressFields: ReadonlySet<string> = new Set([
  'bcc',
  'cc',
  'from',
  'reply-to',
  'resent-bcc',
  'resent-cc',
  'resent-from',
  'resent-sender',
  'resent-to',
  'return-path',
  'sender',
  'to',
]);
const parameterFields: ReadonlySet<string> = new Set(['content-type', 'content-disposition']);

/** Printable ASCII and tabs only. */
function plain(text: string): boolean {
  return isAscii(Buffer.from(text));
}

/** The mailbox, or a stand-in with an address that cannot be anybody's (RFC 6858 §2.1). */
function surrogateMailbox({ name, local, domain }: Mailbox): MailboxInput {
  if (plain(local) && plain(domain)) return name === null ? { local, domain } : { name, local, domain };
  return {
    name: name ?? formatAddrSpec(local, domain),
    local: 'invalid',
    domain: 'internationalized-address.invalid',
  };
}

/** Pieces between the semicolons that are not within quotes. */
function splitParameters(text: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted && character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (character === ';' && !quoted) {
      pieces.push(text.slice(from, at));
      from = at + 1;
    }
  }
  pieces.push(text.slice(from));
  return pieces;
}

/** One field with its line end; empty when nothing of it can be shown (RFC 6858 §2). */
function surrogateField(field: string): string {
  const colon = field.indexOf(':');
  if (colon === -1) return '';
  const name = field.slice(0, colon).trim();
  const body = field
    .slice(colon + 1)
    .replaceAll(/\r?\n/g, '')
    .trim();
  const key = name.toLowerCase();
  if (!plain(name)) return '';
  if (key === 'subject') return textField(name, body);
  if (addressFields.has(key)) {
    return addressField(name, flattenAddresses(parseAddresses(body)).map(surrogateMailbox));
  }
  if (!parameterFields.has(key)) return '';
  const [value = '', ...parameters] = splitParameters(body);
  if (!plain(value)) return '';
  return `${name}: ${[value, ...parameters.filter(plain)].map(piece => piece.trim()).join(';\r\n ')}\r\n`;
}

/** The fields of a header, each with its continuation lines and line ends. */
function fieldsOf(header: string): string[] {
  const fields: string[] = [];
  let from = 0;
  for (let at = header.indexOf('\n'); at !== -1; at = header.indexOf('\n', at + 1)) {
    const next = header[at + 1];
    if (next === ' ' || next === '\t') continue;
    fields.push(header.slice(from, at + 1));
    from = at + 1;
  }
  if (from < header.length) fields.push(header.slice(from));
  return fields;
}

function surrogate(header: Buffer): Buffer {
  const text = fieldsOf(header.toString('utf8')).map(field => (plain(field) ? field : surrogateField(field)));
  return Buffer.from(text.join(''));
}

/** Offset of the empty line behind the header, -1 while it has not come. `from`: where to begin looking. */
function headerEnd(bytes: Buffer, from: number): number {
  if (bytes[0] === LF || (bytes[0] === CR && bytes[1] === LF)) return 0;
  for (let at = bytes.indexOf(LF, from); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF || (bytes[at + 1] === CR && bytes[at + 2] === LF)) return at + 1;
  }
  return -1;
}

/**
 * Makes of a message with UTF-8 in its header, as it streams by, one that clients without UTF-8 can read (RFC 6856 §2.1,
 * RFC 6858): the subject and display names become encoded-words, addresses that cannot be written in ASCII become invalid
 * ones, parameters and other fields that cannot are left out. Anything else, also a header in another charset, passes byte
 * for byte. Holds at most the header.
 */
export class SurrogateHeader {
  #held: Buffer = Buffer.alloc(0);
  #done = false;

  /** What can be sent now that `piece` has come. */
  take(piece: Buffer): Buffer {
    if (this.#done) return piece;
    const from = Math.max(0, this.#held.length - 2);
    this.#held = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    const end = headerEnd(this.#held, from);
    if (end === -1 && this.#held.length <= maxHeaderBytes) return piece.subarray(0, 0);
    return this.#release(end === -1 ? 0 : end);
  }

  /** What is left at the end of a message that is nothing but header. */
  finish(): Buffer {
    return this.#done ? this.#held : this.#release(this.#held.length);
  }

  #release(end: number): Buffer {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    this.#done = true;
    const header = held.subarray(0, end);
    if (isAscii(header) || !isUtf8(header)) return held;
    return Buffer.concat([surrogate(header), held.subarray(end)]);
  }
}
