import type { RecipientOptions, SenderOptions } from '../types.ts';
import { asciiDomain } from './route.ts';

/** A message as the outgoing side needs it. */
export interface RelayMessage {
  /** Reverse-path without brackets; empty for `<>`. */
  readonly sender: string;
  readonly options: SenderOptions;
  /** Bytes of the whole message, prefix included. */
  readonly size: number;
  /** Whether header or body hold bytes above 127. */
  readonly eightBit: boolean;
  /** Whether the header holds UTF-8 (RFC 6532), so that SMTPUTF8 is needed whatever the addresses are. */
  readonly utf8Header: boolean;
  /** The whole message in chunks; may be called again for another attempt. */
  content(): AsyncIterable<Uint8Array>;
}

export interface RelayRecipient {
  /** Forward-path without brackets. */
  readonly address: string;
  readonly options: RecipientOptions;
}

/** Domain of an address; empty for one without. The local part may be quoted and hold `@`. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at === -1 ? '' : address.slice(at + 1);
}

/** Whether a text is ASCII only. */
export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 127) return false;
  return true;
}

/** An address with its domain in A-labels, for servers without SMTPUTF8. The local part cannot be converted. */
export function asciiAddress(address: string): string {
  const at = address.lastIndexOf('@');
  if (at === -1 || isAscii(address.slice(at + 1))) return address;
  return `${address.slice(0, at)}@${asciiDomain(address.slice(at + 1))}`;
}

/** Whether SMTPUTF8 is needed to hand over `message` to `recipients` (RFC 6531 §3.4). */
export function needsUtf8(message: RelayMessage, recipients: readonly RelayRecipient[]): boolean {
  return (
    message.utf8Header ||
    !isAscii(asciiAddress(message.sender)) ||
    recipients.some(recipient => !isAscii(asciiAddress(recipient.address)))
  );
}

/** Whether a text can stand in a command line at all: a control character would end it or begin another one. */
export function isOneLine(text: string): boolean {
  return !/\p{Cc}/u.test(text);
}

/** Whether a text can be the value of a parameter (RFC 5321 §4.1.2 esmtp-value, RFC 6531 §3.3). */
function isValue(text: string): boolean {
  return isOneLine(text) && !/[ =]/.test(text);
}

/** Which parameters this session takes, decided once per transaction. */
export interface Dialect {
  readonly utf8: boolean;
  readonly eightBit: '7BIT' | '8BITMIME' | 'BINARYMIME';
  readonly size: boolean;
  readonly dsn: boolean;
  readonly requireTls: boolean;
}

/** MAIL command line (RFC 5321 §4.1.1.2 with RFC 1870, 3461, 6152, 3030, 6531, 8689). */
export function mailCommand(message: RelayMessage, dialect: Dialect): string {
  const { options } = message;
  const path = dialect.utf8 ? message.sender : asciiAddress(message.sender);
  let line = `MAIL FROM:<${path}>`;
  if (dialect.size) line += ` SIZE=${message.size}`;
  if (dialect.eightBit !== '7BIT') line += ` BODY=${dialect.eightBit}`;
  if (dialect.utf8) line += ' SMTPUTF8';
  if (dialect.requireTls) line += ' REQUIRETLS';
  if (dialect.dsn && options.ret !== undefined) line += ` RET=${options.ret}`;
  if (dialect.dsn && options.envid !== undefined && isValue(options.envid)) line += ` ENVID=${options.envid}`;
  return `${line}\r\n`;
}

/** RCPT command line (RFC 5321 §4.1.1.3, RFC 3461 §4.1, §4.2). */
export function rcptCommand(recipient: RelayRecipient, dialect: Dialect): string {
  const { options } = recipient;
  let line = `RCPT TO:<${dialect.utf8 ? recipient.address : asciiAddress(recipient.address)}>`;
  if (dialect.dsn && options.notify !== undefined && options.notify.length > 0) {
    line += ` NOTIFY=${options.notify.join(',')}`;
  }
  if (dialect.dsn && options.orcpt !== undefined && isValue(options.orcpt)) {
    line += ` ORCPT=${dialect.utf8 ? options.orcpt : asciiOrcpt(options.orcpt)}`;
  }
  return `${line}\r\n`;
}

/** ORCPT for a server without SMTPUTF8: other characters as `\x{HEXPOINT}` (RFC 6533 §3). */
export function asciiOrcpt(orcpt: string): string {
  let result = '';
  for (const character of orcpt) {
    const point = character.codePointAt(0) ?? 0;
    result += point > 127 ? `\\x{${point.toString(16).toUpperCase()}}` : character;
  }
  return result;
}
