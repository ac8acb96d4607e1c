import type { Principal } from '../access/scope.ts';
import type { SigningKey } from '../directory/dkim.ts';
import type { Resolution } from '../directory/types.ts';
import type { IncomingReceipt } from '../mailbox/sending/receipts.ts';
import type { IncomingReport } from '../mailbox/sending/reports.ts';
import type { NewMessage } from '../mailbox/types.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { SpoolMessage, SpoolRecipient } from '../store/spool/types.ts';
import type { Diagnostic, Outcome } from './outcome.ts';

/** What the flow asks the directory. */
export interface AddressDirectory {
  /** Where mail to an address goes. Throws `address.invalid`, `limit.exceeded`. */
  resolve(address: string): Promise<Resolution>;
}

/** Whether somebody may use an address as MAIL FROM or From (RFC 6409 §6.1). */
export interface SenderPolicy {
  maySendAs(principal: Principal, address: string): Promise<boolean>;
}

/** What outgoing mail is signed with. */
export interface SigningKeys {
  /** Keys of a domain (A-labels) that sign now; null for a domain that is not the tenant's. */
  signing(tenantId: TenantId, domain: string): Promise<readonly SigningKey[] | null>;
}

/** Where in an account a delivery goes. `junk` for what screening marked; a path for what a script files; INBOX takes what has no such folder. */
export type DeliveryFolder = 'inbox' | 'junk' | { readonly path: readonly string[] };

/** The flow's view of the accounts' mail. */
export interface MailboxDoor {
  /** Bytes used and allowed (null: no limit). Throws `account.not_found`. */
  quota(tenantId: TenantId, accountId: AccountId): Promise<{ usedBytes: number; limitBytes: number | null }>;
  /** Files a message; the same `deliveryId` twice files it once. Throws `quota.exceeded`, `account.*`, `store.*`. */
  deliver(
    tenantId: TenantId,
    accountId: AccountId,
    deliveryId: string,
    folder: DeliveryFolder,
    message: NewMessage,
  ): Promise<{ duplicate: boolean }>;
  /** Tells an account that something became of what it sent through JMAP. */
  progress?(tenantId: TenantId, accountId: AccountId, queueId: string): Promise<void>;
  /** Whether the sender has called back what that account submitted; asked before mail that was held leaves. */
  withdrawn?(tenantId: TenantId, accountId: AccountId, queueId: string): Promise<boolean>;
  /** Notes a receipt with the mail that it is for. */
  receipt?(tenantId: TenantId, accountId: AccountId, receipt: IncomingReceipt): Promise<unknown>;
  /** Notes a delivery status notification with the mail that it is for. */
  report?(tenantId: TenantId, accountId: AccountId, report: IncomingReport): Promise<unknown>;
}

/** What happened to a message, for "where did it go?". */
export type TraceKind =
  | 'accepted'
  | 'refused'
  | 'delivered'
  | 'relayed'
  | 'deferred'
  | 'failed'
  | 'expired'
  | 'notified'
  | 'unreported'
  /** Called back by its sender before its time. */
  | 'withdrawn';

/** One line of a message's history. */
export interface TraceEvent {
  readonly queueId: string;
  readonly tenantId: TenantId;
  /** ms since the epoch. */
  readonly at: number;
  readonly kind: TraceKind;
  readonly sender: string;
  /** Null when it is about the whole message. */
  readonly recipient: string | null;
  readonly size: number;
  readonly diagnostic: Diagnostic | null;
  /** For `notified`: queue id of the notification. For `accepted`: how it came. For `delivered`: `junk` or null. */
  readonly note: string | null;
  /** Message-ID without angle brackets, with `accepted`; null when there is none or it was told before. */
  readonly messageId: string | null;
  /** Decoded, with `accepted`. */
  readonly subject?: string;
}

/** Keeps the history. Losing a line is harmless to the mail; failures are logged by the flow and go no further. */
export interface TraceLog {
  append(events: readonly TraceEvent[]): Promise<void>;
}

/** The outgoing side as the dispatcher uses it. */
export interface RelayDoor {
  readonly limits: {
    /** Most transactions to one destination at a time. */
    readonly perDestination: number;
    /** Most transactions to one destination per minute; null for any number. */
    readonly perMinute: number | null;
    /** Most recipients of one transaction. */
    readonly recipients: number;
  };
  /** What shares connections and limits with a recipient domain. */
  keyOf(domain: string): string;
  /** Tries to hand a message over to recipients with the same key. An outcome for each, in their order; never throws. */
  attempt(message: SpoolMessage, recipients: readonly SpoolRecipient[]): Promise<Outcome[]>;
}
