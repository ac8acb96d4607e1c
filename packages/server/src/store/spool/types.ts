import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { BlobRef } from '../blob-store.ts';

/** What a recipient's destination is. */
export type RecipientKind = 'local' | 'relay' | 'bounce';

/**
 * `queued`: to be tried when due. `failed`: given up, its sender is still to be told. `held`: waits for a person.
 * A recipient that is done has no row any more; the trace tells about it.
 */
export type RecipientState = 'queued' | 'failed' | 'held';

/** Ids of messages of the queue; never given out twice. */
export type SpoolMessageId = number;
/** Message id × 65,536 + number of the recipient; never given out twice. */
export type SpoolRecipientId = number;

/** What went wrong at the last attempt. `code` and `text` are of the SMTP reply or of our own catalogue. */
export interface DeliveryError {
  readonly code: string;
  readonly text: string;
  /** Host that said so, if any. */
  readonly remote?: string;
}

/** RFC 3461 parameters of a recipient and what an alias or group made of it. */
export interface RecipientDetails {
  /** The address as the client gave it, where it differs. */
  readonly original?: string;
  readonly orcpt?: string;
  readonly notify?: readonly ('NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY')[];
  /** Address of the group through which the mail came. */
  readonly via?: string;
  /** List-Id field of that group, without line end; left out when the message has one. */
  readonly listId?: string;
  /** What followed the plus in the local part (RFC 5233). */
  readonly detail?: string;
  /** Screening wants it in the junk folder. */
  readonly junk?: boolean;
  /** It says to be from somebody whose domain disowns it: welcome senders of the member do not cover it. */
  readonly forged?: boolean;
  /** The mail has been delivered to this address before: it is returned (RFC 5321 §6.3). */
  readonly loops?: boolean;
  /** The sender has been told of the delay. */
  readonly delayReported?: boolean;
}

export interface NewRecipient {
  readonly kind: RecipientKind;
  /** Whose mailbox; only for `local`. */
  readonly accountId: AccountId | null;
  /** What attempts share: the domain (or smart host) for `relay`, the address for others. */
  readonly destination: string;
  readonly address: string;
  readonly details?: RecipientDetails;
  /** Not before this time, ms since the epoch. Default: now. */
  readonly due?: number;
  /** Wait for a person. */
  readonly held?: boolean;
}

/**
 * A message to be queued, with one body under one tenant: the recipients' for local delivery, the sender's for mail
 * that leaves the house, the message's own for what we write ourselves. A mail for several tenants is several of these
 * under one queue id, accepted together.
 */
export interface NewSpoolMessage {
  readonly queueId: string;
  readonly tenantId: TenantId;
  /** Sealed by the blob store's writer, which is disposed only after `accept`. */
  readonly blob: BlobRef;
  /** Without angle brackets; empty for `<>`. */
  readonly reversePath: string;
  /** RFC 3461 and other parameters of MAIL FROM: any JSON value. */
  readonly options: unknown;
  /** How it reached us: any JSON value. */
  readonly origin: unknown;
  /** Header lines that come before the body, the same for all recipients. */
  readonly prefix: Uint8Array;
  /** The message's summary, opaque here. */
  readonly summary: Uint8Array;
  /** ms since the epoch. */
  readonly expiresAt: number;
  /** At most 65,535. */
  readonly recipients: readonly NewRecipient[];
}

export interface SpoolMessage extends Omit<NewSpoolMessage, 'recipients'> {
  readonly id: SpoolMessageId;
  readonly acceptedAt: number;
}

export interface SpoolRecipient {
  readonly id: SpoolRecipientId;
  readonly messageId: SpoolMessageId;
  readonly kind: RecipientKind;
  readonly state: RecipientState;
  readonly accountId: AccountId | null;
  readonly destination: string;
  readonly address: string;
  readonly details: RecipientDetails;
  /** Attempts that ended in `retry`. */
  readonly attempts: number;
  /** When it is tried next; while leased, when the lease ends. ms since the epoch. */
  readonly due: number;
  readonly leaseOwner: string | null;
  readonly lastError: DeliveryError | null;
}

/** Work handed to the dispatcher: the recipients are leased to it until `leaseUntil`. */
export interface ClaimedMessage {
  readonly message: SpoolMessage;
  readonly recipients: readonly SpoolRecipient[];
  readonly leaseUntil: number;
}
