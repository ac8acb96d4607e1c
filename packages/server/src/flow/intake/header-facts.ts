import { isAscii } from 'node:buffer';
import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import type { MessageStructure } from '@hongyan/formats/message/part.ts';

/** What acceptance needs to know about a message's own header. */
export interface HeaderFacts {
  /** Whether the message has a header at all. Without one, fields in front of it need a blank line behind them. */
  readonly present: boolean;
  /** Servers passed so far. */
  readonly received: number;
  /** Addresses that final deliveries wrote, lower case. */
  readonly deliveredTo: ReadonlySet<string>;
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
  return {
    present: header.length > 0,
    received: block.fields.filter(field => field.key === 'received').length,
    deliveredTo: new Set(block.all('delivered-to').map(value => value.trim().toLowerCase())),
    hasDate: has('date'),
    hasMessageId: has('message-id'),
    hasListId: has('list-id'),
    from: block.all('from'),
    sender: block.first('sender'),
    utf8: !isAscii(header),
  };
}
