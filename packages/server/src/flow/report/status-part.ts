import { formatDate } from '@hongyan/formats/message/date.ts';
import { decodeXtext } from '@hongyan/formats/smtp/xtext.ts';
import { asciiOrcpt, isAscii } from '../relay/envelope.ts';
import type { ReportEntry } from './rules.ts';

/** What all recipients of a report share (RFC 3464 §2.2). */
export interface StatusHead {
  readonly reportingMta: string;
  readonly queueId: string;
  /** ENVID as received (xtext). */
  readonly envid: string | undefined;
  /** When the message was accepted, ms since the epoch. */
  readonly arrivedAt: number;
  /** When the attempt was made. */
  readonly now: number;
}

/** Longest text of a Diagnostic-Code. */
const longestDiagnostic = 900;

/** Whether the report needs the UTF-8 media types of RFC 6533: some address or answer is not ASCII. */
export function needsGlobalStatus(entries: readonly ReportEntry[]): boolean {
  return entries.some(({ recipient, diagnostic }) => {
    const said = diagnostic.reply?.lines ?? [];
    const { original, orcpt } = recipient.details;
    return [original ?? recipient.address, orcpt ?? '', ...said].some(text => !isAscii(text));
  });
}

/** The machine-readable part (RFC 3464 §2, RFC 3461 §6.3; with `global` RFC 6533 §4.1), with CRLF line ends. */
export function statusPart(head: StatusHead, entries: readonly ReportEntry[], global: boolean): string {
  const envid = head.envid === undefined ? null : decodeXtext(head.envid);
  const blocks = [
    fields([
      ['Original-Envelope-Id', envid],
      ['Reporting-MTA', `dns; ${head.reportingMta}`],
      ['X-Queue-Id', head.queueId],
      ['Arrival-Date', formatDate(head.arrivedAt, 0)],
    ]),
    ...entries.map(entry => recipientBlock(head, entry, global)),
  ];
  return blocks.join('\r\n');
}

function recipientBlock(head: StatusHead, entry: ReportEntry, global: boolean): string {
  const { recipient, action, diagnostic } = entry;
  const { reply, remote } = diagnostic;
  const final = recipient.details.original ?? recipient.address;
  return fields([
    ['Original-Recipient', originalRecipient(recipient.details.orcpt, global)],
    ['Final-Recipient', typedAddress(final, global)],
    ['Action', action],
    ['Status', statusFor(entry)],
    ['Remote-MTA', remote === null ? null : `dns; ${remote.host}`],
    ['Diagnostic-Code', reply === null ? null : `smtp; ${answerText(reply, global)}`],
    ['Last-Attempt-Date', action === 'expanded' ? null : formatDate(head.now, 0)],
    ['Will-Retry-Until', entry.until === undefined ? null : formatDate(entry.until, 0)],
  ]);
}

/** The status; success of an expansion or hand-over is told by codes of its own (RFC 3463 X.1.5, X.2.0). */
function statusFor({ action, diagnostic }: ReportEntry): string {
  const kind = action === 'failed' ? '5' : action === 'delayed' ? '4' : '2';
  return diagnostic.status.startsWith(`${kind}.`) ? diagnostic.status : `${kind}.0.0`;
}

function answerText(reply: NonNullable<ReportEntry['diagnostic']['reply']>, global: boolean): string {
  const status = reply.enhanced === null ? '' : `${reply.enhanced} `;
  const text = `${reply.code} ${status}${reply.lines.join(' ')}`.slice(0, longestDiagnostic);
  return global ? text : text.replaceAll(/[^\x20-\x7e]/g, '?');
}

/**
 * ORCPT as received: its xtext decoded for the rfc822 type (RFC 3464 §2.3.1); the utf-8 type in its own form where
 * UTF-8 may stand, else 7-bit (RFC 6533 §3).
 */
function originalRecipient(orcpt: string | undefined, global: boolean): string | null {
  if (orcpt === undefined) return null;
  const semicolon = orcpt.indexOf(';');
  if (semicolon === -1) return null;
  const type = orcpt.slice(0, semicolon);
  const value = orcpt.slice(semicolon + 1);
  if (type.toLowerCase() === 'utf-8') return `${type};${global ? unescapeUnitext(value) : asciiOrcpt(value)}`;
  return `${type};${decodeXtext(value) ?? value}`;
}

function typedAddress(address: string, global: boolean): string {
  if (isAscii(address)) return `rfc822; ${address}`;
  return `utf-8; ${global ? address : asciiOrcpt(address)}`;
}

/** `\x{HEXPOINT}` as characters (RFC 6533 §3); what is no such thing stays. */
function unescapeUnitext(text: string): string {
  return text.replaceAll(/\\x\{([0-9A-F]{2,6})\}/g, (whole, hex: string) => {
    const point = Number.parseInt(hex, 16);
    return point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : whole;
  });
}

/** Header-like lines; a null value is left out, control characters become spaces. */
function fields(list: readonly (readonly [name: string, value: string | null])[]): string {
  return list
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${(value ?? '').replaceAll(/\p{Cc}+/gu, ' ')}\r\n`)
    .join('');
}
