import type { Scanner } from '../scanner.ts';

/** The name of an annotation (RFC 5464 §3): who may see it, and its path below `/private` or `/shared` in lower case. */
export interface EntryName {
  readonly space: 'private' | 'shared';
  /** Begins with a slash; empty for the space itself, which only a question with DEPTH can name. */
  readonly path: string;
}

/** `"/private/comment"` for an entry. */
export function entryText({ space, path }: EntryName): string {
  return `/${space}${path}`;
}

/** What GETMETADATA asks for (RFC 5464 §4.2). */
export interface MetadataQuestion {
  /** Empty for the server. */
  readonly mailbox: Buffer;
  readonly entries: readonly EntryName[];
  /** Larger values are not told, octets; null for no bound. */
  readonly maxSize: number | null;
  readonly depth: 0 | 1 | 'infinity';
}

/** What SETMETADATA sets; a value of null removes (RFC 5464 §4.3). */
export interface MetadataChange {
  readonly mailbox: Buffer;
  readonly values: readonly { readonly entry: EntryName; readonly value: Buffer | null }[];
}

const OPEN = 0x28;
const TILDE = 0x7e;
const maxNameBytes = 1_024;

/** Printable ASCII without `*` and `%`, no empty component (RFC 5464 §3.1). */
function isEntry(text: string): boolean {
  if (!text.startsWith('/') || text.endsWith('/') || text.includes('//')) return false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 || unit > 0x7e || unit === 0x2a || unit === 0x25) return false;
  }
  return true;
}

function entry(scanner: Scanner): EntryName {
  const octets = scanner.astring();
  if (octets.length > maxNameBytes) scanner.failLimit('Entry name is too long');
  const text = octets.toString('latin1').toLowerCase();
  if (!isEntry(text)) scanner.fail('Invalid entry name');
  const second = text.indexOf('/', 1);
  const space = second < 0 ? text.slice(1) : text.slice(1, second);
  if (space !== 'private' && space !== 'shared')
    return scanner.fail('Entries begin with /private or /shared');
  return { space, path: second < 0 ? '' : text.slice(second) };
}

function options(scanner: Scanner, first: boolean): { maxSize: number | null; depth: 0 | 1 | 'infinity' } {
  let maxSize: number | null = null;
  let depth: 0 | 1 | 'infinity' = 0;
  if (!first) scanner.space();
  scanner.list(() => {
    if (scanner.takeKeyword('MAXSIZE')) {
      scanner.space();
      maxSize = scanner.number();
    } else if (scanner.takeKeyword('DEPTH')) {
      scanner.space();
      const word = scanner.keyword();
      if (word !== '0' && word !== '1' && word !== 'INFINITY') scanner.fail('Unknown DEPTH');
      depth = word === '0' ? 0 : word === '1' ? 1 : 'infinity';
    } else scanner.fail('Unknown GETMETADATA option');
  });
  return { maxSize, depth };
}

/**
 * `[options SP] mailbox SP [options SP] entries`: RFC 5464 §5 has the options first, its examples and many clients after the
 * mailbox. Throws `ImapSyntaxError`.
 */
export function parseMetadataQuestion(scanner: Scanner): MetadataQuestion {
  let given = { maxSize: null as number | null, depth: 0 as 0 | 1 | 'infinity' };
  const first = scanner.peek() === OPEN;
  if (first) {
    given = options(scanner, true);
    scanner.space();
  }
  const mailbox = scanner.astring();
  scanner.space();
  if (scanner.peek() !== OPEN) return { mailbox, entries: [entry(scanner)], ...given };
  if (!first && isOptions(scanner)) {
    given = options(scanner, true);
    scanner.space();
    if (scanner.peek() !== OPEN) return { mailbox, entries: [entry(scanner)], ...given };
  }
  return { mailbox, entries: scanner.list(() => entry(scanner)), ...given };
}

/** Whether the list that comes holds options: entries begin with a slash, in quotes or not, or are literals. */
function isOptions(scanner: Scanner): boolean {
  const next = scanner.peekAt(1);
  return next === 0x44 || next === 0x64 || next === 0x4d || next === 0x6d;
}

/** `mailbox SP "(" entry SP value … ")"`. Throws `ImapSyntaxError`. */
export function parseMetadataChange(scanner: Scanner): MetadataChange {
  const mailbox = scanner.astring();
  scanner.space();
  const values = scanner.list(() => {
    const name = entry(scanner);
    if (name.path === '') scanner.fail('Invalid entry name');
    scanner.space();
    return { entry: name, value: scanner.peek() === TILDE ? binary(scanner) : scanner.nstring() };
  });
  return { mailbox, values };
}

function binary(scanner: Scanner): Buffer {
  return Buffer.from(scanner.literal(true));
}
