import { domainToASCII, domainToUnicode } from 'node:url';
import { MailError } from '../platform/errors.ts';

/** Octets of a local part and of a domain (RFC 5321 §4.5.3.1.1, §4.5.3.1.2; UTF-8 per RFC 6531 §3.3). */
export const addressLimits = { localOctets: 64, domainOctets: 255, labelOctets: 63 };

/** Separates the mailbox from the detail in a local part (RFC 5233). */
export const detailSeparator = '+';

/** An address taken apart. */
export interface ParsedAddress {
  /** Local part in Unicode normal form C, without quotes. */
  readonly local: string;
  /** What is compared: `local` in lower case. */
  readonly localKey: string;
  /** A-labels in lower case (RFC 5890), or an address literal in brackets. */
  readonly domain: string;
}

/** Form in which local parts are compared: Unicode normal form C without case (RFC 6530 §10.1 leaves it to the host). */
export function localKeyOf(local: string): string {
  return local.normalize('NFC').toLowerCase().normalize('NFC');
}

/** Comparable form of a whole address. */
export function addressKey(address: ParsedAddress): string {
  return `${address.localKey}@${address.domain}`;
}

/**
 * A domain name as A-labels in lower case, or null if it is none: IDNA (UTS 46), labels of letters, digits and
 * hyphens, at least two labels, no IP address. One dot at the end is allowed and dropped.
 */
export function domainToKey(name: string): string | null {
  if (name.length === 0 || name.length > addressLimits.domainOctets * 2) return null;
  const ascii = domainToASCII(name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
  if (ascii.length === 0 || ascii.length > addressLimits.domainOctets - 2) return null;
  const labels = ascii.split('.');
  const last = labels.at(-1) ?? '';
  if (labels.length < 2 || /^[0-9]*$/.test(last)) return null;
  for (const label of labels) {
    if (label.length === 0 || label.length > addressLimits.labelOctets) return null;
    if (!/^[a-z0-9-]+$/.test(label) || label.startsWith('-') || label.endsWith('-')) return null;
  }
  return ascii;
}

/** The name as people read it (U-labels). */
export function domainToDisplay(ascii: string): string {
  return domainToUnicode(ascii) || ascii;
}

/** Content of a quoted local part (RFC 5321 §4.1.2), or null if the quoting is broken. */
function unquote(text: string): string | null {
  let out = '';
  for (let i = 1; i < text.length - 1; i += 1) {
    let character = text.charAt(i);
    if (character === '"') return null;
    if (character === '\\') {
      i += 1;
      if (i >= text.length - 1) return null;
      character = text.charAt(i);
    }
    out += character;
  }
  return out;
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)) return true;
  }
  return false;
}

/**
 * Takes `local@domain` apart, without angle brackets. Null for what no mailbox can have: no or an empty part, control
 * characters, a part over its limit, a domain that is none. Whether the mailbox exists is another question.
 */
export function parseAddress(text: string): ParsedAddress | null {
  if (text.length > addressLimits.localOctets * 2 + addressLimits.domainOctets * 2) return null;
  const at = text.lastIndexOf('@');
  if (at < 1 || hasControl(text) || !text.isWellFormed()) return null;
  const written = text.slice(0, at);
  const quoted = written.length >= 2 && written.startsWith('"') && written.endsWith('"');
  const local = (quoted ? unquote(written) : written)?.normalize('NFC');
  if (local === undefined || local.length === 0 || (!quoted && /[\s"(),:;<>@[\\\]]/.test(local))) return null;
  if (Buffer.byteLength(local) > addressLimits.localOctets) return null;
  const domainText = text.slice(at + 1);
  const literal = domainText.startsWith('[') && domainText.endsWith(']');
  const domain = literal ? domainText.toLowerCase() : domainToKey(domainText);
  if (domain === null || domain.length > addressLimits.domainOctets) return null;
  return { local, localKey: localKeyOf(local), domain };
}

/** As `parseAddress`, but throws `address.invalid`. */
export function requireAddress(text: string): ParsedAddress {
  const parsed = parseAddress(text);
  if (!parsed) throw new MailError('address.invalid', { address: text.slice(0, 320) });
  return parsed;
}

/** Letters, marks and digits of any script, and the ASCII signs that survive every client; dots stand between others. */
const creatable = /^[\p{L}\p{M}\p{N}_'&=-]+(?:\.[\p{L}\p{M}\p{N}_'&=-]+)*$/u;

/**
 * An address that may be given to a mailbox of ours: stricter than what may be written to. Throws `address.invalid`
 * for quotes, the detail separator, spaces, invisible characters and address literals.
 */
export function requireNewAddress(text: string): ParsedAddress {
  const parsed = requireAddress(text);
  if (!creatable.test(parsed.local) || parsed.domain.startsWith('[')) {
    throw new MailError('address.invalid', { address: text.slice(0, 320) });
  }
  return parsed;
}
