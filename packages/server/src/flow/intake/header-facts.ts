import { isAscii } from 'node:buffer';
import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import type { MessageStructure } from '@hongyan/formats/message/part.ts';
import { MailError } from '../../platform/errors.ts';
import type { Origin } from '../types.ts';

/** What acceptance needs to know about a message's own header. */
export interface HeaderFacts {
  /** Whether the message has a header at all. Without one, fields in front of it need a blank line behind them. */
  readonly present: boolean;
  /** Servers passed so far. */
  readonly received: number;
  /** Addresses that final deliveries wrote, lower case. */
  readonly deliveredTo: ReadonlySet<string>;
  /** Those of them that stand above the fields of whoever sent the message on by hand last (RFC 5322 §3.6.6). */
  readonly deliveredSinceResent: ReadonlySet<string>;
  readonly hasDate: boolean;
  readonly hasMessageId: boolean;
  /** Whether it names a list already (RFC 2919). */
  readonly hasListId: boolean;
  /** Values of the From fields, unfolded; none when there is no such field. */
  readonly from: readonly string[];
  /** Value of Sender, or null. */
  readonly sender: string | null;
  /** Whether field names or values hold bytes above 127 (RFC 6532). */
  readonly utf8: boolean;
}

/** Reads the facts off the outermost header. */
export function headerFacts(structure: MessageStructure): HeaderFacts {
  const { header } = structure;
  const block = new HeaderBlock(header);
  const has = (key: string): boolean => block.fields.some(field => field.key === key);
  const values = block.all('delivered-to').map(value => value.trim().toLowerCase());
  const resent = block.fields.findIndex(({ key }) => key.startsWith('resent-'));
  const since = resent < 0 ? block.fields : block.fields.slice(0, resent);
  const recent = since.filter(({ key }) => key === 'delivered-to').length;
  return {
    present: header.length > 0,
    received: block.fields.filter(field => field.key === 'received').length,
    deliveredTo: new Set(values),
    deliveredSinceResent: new Set(values.slice(0, recent)),
    hasDate: has('date'),
    hasMessageId: has('message-id'),
    hasListId: has('list-id'),
    from: block.all('from'),
    sender: block.first('sender'),
    utf8: !isAscii(header),
  };
}

/**
 * Refuses a header of more than `max` bytes: nobody can tell whose signatures and policies stand in it. From our own
 * people it has to be read whole, because what says who wrote it must not stand where nobody looks (RFC 6409 §6.1).
 * What the server itself sends is let through. Throws `message.header_too_large`.
 */
export function checkHeaderSize(
  { root, header, headerCut }: MessageStructure,
  { kind, principal }: Origin,
  max: number,
): void {
  if (kind === 'local') return;
  // Any part's header may have been cut.
  const isCut = headerCut && root.bodyStart > header.length;
  if (root.bodyStart > max || (principal !== null && isCut))
    throw new MailError('message.header_too_large', { max });
}
