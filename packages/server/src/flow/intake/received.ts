import { isIPv6 } from 'node:net';
import { formatDate } from '@hongyan/formats/message/date.ts';
import { isAscii } from '../relay/envelope.ts';
import type { Origin } from '../types.ts';

/** What a Received field says beyond its origin. */
export interface Receipt {
  /** Our host name. */
  readonly hostname: string;
  readonly queueId: string;
  /** The only recipient; null when there are several, who must not learn of each other (RFC 5321 §7.6). */
  readonly recipient: string | null;
  /** ms since the epoch. */
  readonly at: number;
}

/** The Received field (RFC 5321 §4.4, RFC 3848, RFC 8314 §7 for the cipher), with its line end. */
export function receivedField(origin: Origin, receipt: Receipt): string {
  const { address } = origin.peer;
  const literal = isIPv6(address) ? `[IPv6:${address}]` : `[${address}]`;
  const lines = [`Received: from ${host(origin.peer.helo) ?? literal} (${literal})`];
  if (origin.tls)
    lines.push(`(using ${comment(origin.tls.version)} with cipher ${comment(origin.tls.cipher)})`);
  if (origin.kind === 'local' || origin.kind === 'jmap') lines.length = 0;
  const by = `by ${receipt.hostname} (Hongyan) with ${origin.protocol} id ${receipt.queueId}`;
  lines.push(lines.length === 0 ? `Received: ${by}` : by);
  // Only ASCII: the field must not be what makes a message need SMTPUTF8.
  if (receipt.recipient !== null && isAscii(receipt.recipient))
    lines.push(`for <${path(receipt.recipient)}>`);
  return `${lines.join('\r\n\t')};\r\n\t${formatDate(receipt.at, 0)}\r\n`;
}

/**
 * Fields of final delivery (RFC 5321 §4.4; Delivered-To against loops), in the order in which they stand. `listId`: the
 * field of the group that led here (RFC 2919).
 */
export function deliveryFields(reversePath: string, recipient: string, listId: string | null = null): string {
  const list = listId === null ? '' : `${listId}\r\n`;
  return `Return-Path: <${path(reversePath)}>\r\nDelivered-To: ${path(recipient)}\r\n${list}`;
}

/** What a client called itself, when it can stand in a field; clients say anything. */
function host(helo: string | null): string | null {
  return helo !== null && helo.length <= 255 && /^[\w.:[\]-]+$/.test(helo) ? helo : null;
}

/** Text for a comment: parentheses, backslashes and everything that is no visible ASCII replaced. */
function comment(text: string): string {
  return text.replaceAll(/[^\x21-\x27\x2a-\x5b\x5d-\x7e ]/g, '_').slice(0, 100);
}

/** A path without anything that could end the field. */
function path(address: string): string {
  return isAscii(address) ? address.replaceAll(/[\0-\x1f\x7f]/g, '') : address.replaceAll(/\p{Cc}/gu, '');
}
