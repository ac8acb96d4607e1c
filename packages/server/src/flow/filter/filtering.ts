import type { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import type { MessageSummary } from '@hongyan/formats/message/summary.ts';
import type { Scope } from '../../access/scope.ts';
import type { SpoolMessage, SpoolRecipient } from '../../store/spool/types.ts';
import type { FlowContext } from '../context.ts';
import type { FilterDoor, Owner } from './door.ts';

/** One delivery that a script looks at. */
export interface Filtering {
  readonly context: FlowContext;
  readonly door: FilterDoor;
  readonly scope: Scope;
  readonly owner: Owner;
  readonly message: SpoolMessage;
  readonly recipient: SpoolRecipient;
  readonly summary: MessageSummary;
  /** The message's header with what the server added. */
  readonly header: HeaderBlock;
  /** Whether `header` is all of it: else it cannot be edited. */
  readonly wholeHeader: boolean;
  /** Fields for this recipient in front of the message. */
  readonly prefix: Uint8Array;
  /** Key of the delivery: the same however often it is tried. */
  readonly deliveryId: string;
}

/** How long is remembered what was sent for a delivery, ms: longer than any retry. */
export const sentMemoryMs: number = 30 * 86_400_000;

/** Most octets of a header that scripts see. */
export const mostHeaderBytes: number = 512 * 1024;

/** Most octets of a message that `body` sees. */
export const mostBodyBytes: number = 16 * 1024 * 1024;
