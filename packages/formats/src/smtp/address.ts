import { isUtf8 } from 'node:buffer';

/** Longest local part in octets (RFC 5321 §4.5.3.1.1). */
export const longestLocalPart = 64;
/** Longest domain in octets (RFC 5321 §4.5.3.1.2). */
export const longestDomain = 255;
/** Longest path in octets, angle brackets and source route included (RFC 5321 §4.5.3.1.3). */
export const longestPath = 256;

const dot = 0x2e;
const at = 0x40;
const quote = 0x22;
const backslash = 0x5c;
const hyphen = 0x2d;
const colon = 0x3a;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openAngle = 0x3c;
const closeAngle = 0x3e;

/** Character classes of RFC 5321 §4.1.2, one bit each. */
const isAtext = 1;
const isLetterOrDigit = 2;
const classes = new Uint8Array(256);
for (const char of "!#$%&'*+-/=?^_`{|}~") classes[char.charCodeAt(0)] = isAtext;
for (const [from, to] of ['09', 'AZ', 'az'].map(
  range => [range.charCodeAt(0), range.charCodeAt(1)] as const,
)) {
  classes.fill(isAtext | isLetterOrDigit, from, to + 1);
}

function is(byte: number | undefined, kind: number): boolean {
  return byte !== undefined && ((classes[byte] ?? 0) & kind) !== 0;
}

/** Why a path was not understood. `non-ascii`: it would be one with SMTPUTF8 (RFC 6531). */
export type PathProblem = 'syntax' | 'too-long' | 'non-ascii';

/** A path with the least quoting that is needed; empty strings for the null reverse-path `<>`. */
export interface Path {
  readonly kind: 'path';
  /** `local@domain`, without angle brackets and source route; `postmaster` alone may come without a domain. */
  readonly address: string;
  readonly localPart: string;
  readonly domain: string;
  readonly nonAscii: boolean;
  /** Offset behind the closing angle bracket. */
  readonly end: number;
}

export type PathResult = Path | { readonly kind: 'invalid'; readonly problem: PathProblem };

export interface PathOptions {
  /** Whether UTF-8 is allowed (SMTPUTF8 given). */
  readonly utf8: boolean;
  /** Whether `<>` is a path here (MAIL FROM). */
  readonly allowEmpty?: boolean;
  /** Whether `<Postmaster>` without a domain is a path here (RFC 5321 §4.1.1.3). */
  readonly allowPostmaster?: boolean;
}

const invalid = (problem: PathProblem): PathResult => ({ kind: 'invalid', problem });

/** Reads a path in angle brackets at `start` (RFC 5321 §4.1.2, RFC 6531 §3.3). A source route is read and ignored. */
export function parsePath(bytes: Buffer, start: number, options: PathOptions): PathResult {
  if (bytes[start] !== openAngle) return invalid('syntax');
  if (bytes[start + 1] === closeAngle) {
    if (options.allowEmpty !== true) return invalid('syntax');
    return { kind: 'path', address: '', localPart: '', domain: '', nonAscii: false, end: start + 2 };
  }
  const mailbox = skipSourceRoute(bytes, start + 1);
  if (mailbox === -1) return invalid('syntax');
  const local = scanLocalPart(bytes, mailbox);
  if (local === -1 || local === mailbox) return invalid('syntax');
  let domain = local;
  if (bytes[local] === at) {
    domain = scanDomain(bytes, local + 1);
    if (domain === -1) return invalid('syntax');
  } else if (options.allowPostmaster !== true || !isPostmaster(bytes, mailbox, local)) {
    return invalid('syntax');
  }
  if (bytes[domain] !== closeAngle) return invalid('syntax');
  const end = domain + 1;
  if (local - mailbox > longestLocalPart || domain - local - 1 > longestDomain) return invalid('too-long');
  if (end - start > longestPath) return invalid('too-long');
  const text = bytes.subarray(mailbox, domain);
  const nonAscii = text.some(byte => byte >= 0x80);
  if (nonAscii && !options.utf8) return invalid('non-ascii');
  if (nonAscii && !isUtf8(text)) return invalid('syntax');
  const localPart = leastQuoted(bytes.toString('utf8', mailbox, local));
  const domainName = domain > local ? bytes.toString('utf8', local + 1, domain) : '';
  const address = domain > local ? `${localPart}@${domainName}` : localPart;
  return { kind: 'path', address, localPart, domain: domainName, nonAscii, end };
}

/** Whether all of `bytes` is a Domain or an address literal, as HELO and EHLO want it (RFC 5321 §4.1.1.1). */
export function isDomainOrLiteral(bytes: Buffer): boolean {
  return bytes.length > 0 && bytes.length <= longestDomain && scanDomain(bytes, 0) === bytes.length;
}

function isPostmaster(bytes: Buffer, start: number, end: number): boolean {
  return end - start === 10 && bytes.toString('latin1', start, end).toLowerCase() === 'postmaster';
}

/** `@one,@two:` before the mailbox (RFC 5321 §4.1.2 A-d-l, appendix C). Returns where the mailbox begins, or -1. */
function skipSourceRoute(bytes: Buffer, start: number): number {
  if (bytes[start] !== at) return start;
  let position = start;
  while (bytes[position] === at) {
    position = scanDomain(bytes, position + 1);
    if (position === -1) return -1;
    if (bytes[position] === comma) position += 1;
    else if (bytes[position] === colon) return position + 1;
    else return -1;
  }
  return -1;
}

/** Dot-string or Quoted-string. Returns the offset behind it, or -1. */
function scanLocalPart(bytes: Buffer, start: number): number {
  if (bytes[start] === quote) return scanQuoted(bytes, start);
  let position = start;
  let atomStart = start;
  for (;;) {
    const byte = bytes[position];
    if (byte !== undefined && (byte >= 0x80 || is(byte, isAtext))) {
      position += 1;
    } else if (byte === dot && position > atomStart) {
      position += 1;
      atomStart = position;
    } else {
      return position > atomStart ? position : -1;
    }
  }
}

function scanQuoted(bytes: Buffer, start: number): number {
  for (let position = start + 1; position < bytes.length; position += 1) {
    const byte = bytes[position] ?? 0;
    if (byte === quote) return position + 1;
    if (byte === backslash) {
      position += 1;
      const escaped = bytes[position] ?? 0;
      if (escaped < 0x20 || escaped > 0x7e) return -1;
    } else if (byte < 0x20 || byte === 0x7f) return -1;
  }
  return -1;
}

/**
 * Domain or address literal. Returns the offset behind it, or -1. An underscore inside a label is let through:
 * hosts that are named so exist, and a domain we do not know is refused anyway.
 */
function scanDomain(bytes: Buffer, start: number): number {
  if (bytes[start] === openBracket) return scanAddressLiteral(bytes, start);
  let position = start;
  let labelStart = start;
  for (;;) {
    const byte = bytes[position];
    if (
      byte !== undefined &&
      (byte >= 0x80 || is(byte, isLetterOrDigit) || byte === hyphen || byte === 0x5f)
    ) {
      if (byte === hyphen && position === labelStart) return -1;
      position += 1;
    } else {
      if (position === labelStart || bytes[position - 1] === hyphen) return -1;
      if (position - labelStart > 63 && !bytes.subarray(labelStart, position).some(other => other >= 0x80))
        return -1;
      if (byte !== dot) return position;
      position += 1;
      labelStart = position;
    }
  }
}

/** `[192.0.2.1]`, `[IPv6:2001:db8::1]` or `[tag:content]` (RFC 5321 §4.1.3). */
function scanAddressLiteral(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(closeBracket, start + 1);
  if (end === -1 || end - start > longestDomain) return -1;
  const content = bytes.toString('latin1', start + 1, end);
  const separator = content.indexOf(':');
  const sound =
    separator === -1
      ? isIpv4(content)
      : content.slice(0, separator).toLowerCase() === 'ipv6'
        ? isIpv6(content.slice(separator + 1))
        : isGeneralLiteral(bytes, start + 1, start + 1 + separator, end);
  return sound ? end + 1 : -1;
}

function isGeneralLiteral(bytes: Buffer, start: number, separator: number, end: number): boolean {
  if (separator === start || separator + 1 === end) return false;
  for (let position = start; position < separator; position += 1) {
    const byte = bytes[position];
    if (!is(byte, isLetterOrDigit) && byte !== hyphen) return false;
  }
  if (bytes[separator - 1] === hyphen) return false;
  for (let position = separator + 1; position < end; position += 1) {
    const byte = bytes[position] ?? 0;
    if (byte < 33 || byte > 126 || byte === openBracket || byte === backslash) return false;
  }
  return true;
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every(part => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [index, half] of halves.entries()) {
    if (half === '') continue;
    const parts = half.split(':');
    for (const [place, part] of parts.entries()) {
      const last = index === halves.length - 1 && place === parts.length - 1;
      if (last && part.includes('.')) {
        if (!isIpv4(part)) return false;
        groups += 2;
      } else {
        if (!/^[\da-fA-F]{1,4}$/.test(part)) return false;
        groups += 1;
      }
    }
  }
  return halves.length === 2 ? groups <= 6 : groups === 8;
}

/** A local part without quotes where none are needed, and without needless backslashes (RFC 5321 §4.1.2). */
function leastQuoted(localPart: string): string {
  if (!localPart.startsWith('"')) return localPart;
  let content = '';
  for (let position = 1; position < localPart.length - 1; position += 1) {
    const char = localPart.charAt(position);
    content += char === '\\' ? localPart.charAt((position += 1)) : char;
  }
  const bytes = Buffer.from(content, 'utf8');
  if (bytes.length > 0 && bytes[0] !== quote && scanLocalPart(bytes, 0) === bytes.length) return content;
  return `"${content.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
