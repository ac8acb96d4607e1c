import { parseSection, type Section } from '../arguments/fetch-items.ts';
import { Scanner } from '../scanner.ts';
import { ImapSyntaxError } from '../syntax-error.ts';

/** What a relative IMAP URL of a message or a part of one names (RFC 5092 §6, §7). */
export interface MessageUrl {
  /** Mailbox name, decoded; null for the selected mailbox. */
  readonly mailbox: string | null;
  readonly uidValidity: number | null;
  readonly uid: number;
  readonly section: Section;
  /** Octets of the section; length null for all that follow. */
  readonly partial: { readonly offset: number; readonly length: number | null } | null;
}

/** Longest URL that is looked at, octets. */
export const maxUrlBytes = 4_096;

const whole: Section = { part: [], text: null, fields: [] };

function hexDigit(octet: number | undefined): number {
  if (octet === undefined) return -1;
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const lower = octet | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Undoes percent-encoding (RFC 3986 §2.1); null where it is broken or an octet must not stand in a URL. */
function percentDecoded(octets: Buffer): Buffer | null {
  const decoded = Buffer.allocUnsafe(octets.length);
  let to = 0;
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at] as number;
    if (octet <= 0x20 || octet === 0x7f || octet === 0x3f || octet === 0x23) return null;
    if (octet !== 0x25) {
      decoded[to++] = octet;
      continue;
    }
    const high = hexDigit(octets[at + 1]);
    const low = hexDigit(octets[at + 2]);
    if (high < 0 || low < 0) return null;
    decoded[to++] = high * 16 + low;
    at += 2;
  }
  return decoded.subarray(0, to);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodedName(octets: Buffer): string | null {
  const decoded = percentDecoded(octets);
  if (decoded === null || decoded.length === 0 || decoded.includes(0)) return null;
  try {
    return utf8.decode(decoded);
  } catch {
    return null;
  }
}

/** An unsigned 32-bit number and nothing else. */
function numberOf(text: string): number | null {
  if (text.length === 0 || text.length > 10) return null;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return null;
  }
  const value = Number(text);
  return value <= 0xff_ff_ff_ff ? value : null;
}

function positive(text: string): number | null {
  const value = numberOf(text);
  return value === 0 ? null : value;
}

function sectionOf(octets: Buffer): Section | null {
  const decoded = percentDecoded(octets);
  if (decoded === null || decoded.length === 0) return null;
  try {
    const scanner = new Scanner(Buffer.concat([Buffer.from('['), decoded, Buffer.from(']')]));
    const section = parseSection(scanner);
    return scanner.atEnd ? section : null;
  } catch (error) {
    if (error instanceof ImapSyntaxError) return null;
    throw error;
  }
}

function partialOf(text: string): MessageUrl['partial'] {
  const dot = text.indexOf('.');
  const offset = numberOf(dot < 0 ? text : text.slice(0, dot));
  if (offset === null) return null;
  if (dot < 0) return { offset, length: null };
  const length = positive(text.slice(dot + 1));
  return length === null ? null : { offset, length };
}

/** `NAME=value` pieces in the one order there is; null for anything else. */
class Pieces {
  readonly #pieces: Buffer[] = [];
  #at = 0;
  /** Whether the piece taken last stood before a slash, as all but the last one must. */
  #slash: boolean;

  constructor(octets: Buffer, slash: boolean) {
    for (let start = 0; start < octets.length; ) {
      const next = octets.indexOf(0x3b, start);
      const end = next < 0 ? octets.length : next;
      this.#pieces.push(octets.subarray(start, end));
      start = end + 1;
    }
    this.#slash = slash;
  }

  /** Whether the next piece must follow a slash and does. */
  get afterSlash(): boolean {
    return this.#slash;
  }

  get done(): boolean {
    return this.#at === this.#pieces.length;
  }

  take(name: string): Buffer | null {
    const piece = this.#pieces[this.#at];
    if (piece === undefined || piece[name.length] !== 0x3d) return null;
    if (piece.toString('latin1', 0, name.length).toUpperCase() !== name) return null;
    this.#at += 1;
    const last = this.#at === this.#pieces.length;
    this.#slash = !last && piece.at(-1) === 0x2f;
    return piece.subarray(name.length + 1, this.#slash ? piece.length - 1 : piece.length);
  }
}

/**
 * Reads a URL of a message on this server as CATENATE takes them (RFC 4469 §3, RFC 5092 §7): relative, that is, without
 * scheme and server: `/Drafts;UIDVALIDITY=385759045/;UID=20/;SECTION=1.MIME/;PARTIAL=0.1024`, or `;UID=20` in the selected
 * mailbox. Null for everything else. Linear; never throws.
 */
export function parseMessageUrl(octets: Buffer): MessageUrl | null {
  if (octets.length > maxUrlBytes) return null;
  const from = octets[0] === 0x2f ? 1 : 0;
  if (octets[from] === 0x2f) return null;
  const semicolon = octets.indexOf(0x3b, from);
  if (semicolon < 0) return null;
  const slash = semicolon > from && octets[semicolon - 1] === 0x2f;
  const path = octets.subarray(from, slash ? semicolon - 1 : semicolon);
  // A colon in the first segment would be that of a scheme (RFC 3986 §4.2).
  const colon = path.indexOf(0x3a);
  const firstSlash = path.indexOf(0x2f);
  if (from === 0 && colon >= 0 && (firstSlash < 0 || colon < firstSlash)) return null;
  const mailbox = path.length === 0 ? null : decodedName(path);
  if (path.length > 0 && mailbox === null) return null;

  const pieces = new Pieces(octets.subarray(semicolon + 1), slash || path.length === 0);
  const validity = slash || path.length === 0 ? null : pieces.take('UIDVALIDITY');
  const uidValidity = validity === null ? null : positive(validity.toString('latin1'));
  if (validity !== null && uidValidity === null) return null;
  if (!pieces.afterSlash) return null;
  const uid = positive(pieces.take('UID')?.toString('latin1') ?? '');
  if (uid === null) return null;
  const sectionText = pieces.afterSlash ? pieces.take('SECTION') : null;
  const section = sectionText === null ? whole : sectionOf(sectionText);
  const partialText = pieces.afterSlash ? pieces.take('PARTIAL') : null;
  const partial = partialText === null ? null : partialOf(partialText.toString('latin1'));
  if (section === null || (partialText !== null && partial === null) || !pieces.done) return null;
  return { mailbox, uidValidity, uid, section, partial };
}
