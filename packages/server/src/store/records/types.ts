import type { AccountId, TenantId } from '../../platform/ids.ts';

/** Place in a log. Every row is one: the page after a row starts where it ends. */
export interface RecordCursor {
  /** ms since the epoch. */
  readonly at: number;
  readonly id: number;
}

/** A step in a message's journey. Texts longer than the limit of their column are cut. */
export interface TraceEntry {
  /** ms since the epoch. */
  readonly at: number;
  /** 0 when no company is concerned, for instance a connection that was refused. */
  readonly tenantId: TenantId;
  readonly queueId: string | null;
  /** Stable dotted name: `accepted`, `delivered`, `relayed`, `deferred`, `bounced`, `refused` … */
  readonly event: string;
  /** Message-ID field without angle brackets. */
  readonly messageId?: string;
  /** Addresses are compared as written: give them in lower case. */
  readonly sender?: string;
  readonly recipient?: string;
  /** Host on the other side. */
  readonly host?: string;
  /** TLS version and cipher, or how the certificate was verified. */
  readonly tls?: string;
  /** SMTP reply or internal result. */
  readonly reply?: string;
  readonly verdict?: string;
  readonly reason?: string;
  /** Of the message, with `accepted`. */
  readonly subject?: string;
  /** Octets of the message. */
  readonly size?: number;
}

export interface TraceRow extends TraceEntry {
  readonly id: number;
}

/** What the rows must have; all that are given must hold. */
export interface TraceQuery extends TraceFilter {
  readonly tenantId: TenantId;
}

/** As `TraceQuery`, about whatever company; one besides the times must be given. */
export interface TraceFilter {
  readonly queueId?: string;
  readonly messageId?: string;
  /** Rows whose sender or recipient is this address. */
  readonly address?: string;
  /** Rows whose sender or recipient contains this, in lower case. */
  readonly addressPart?: string;
  /** Rows whose subject contains this; letters of ASCII whatever their case. */
  readonly subject?: string;
  /** ms since the epoch, inclusive. */
  readonly from?: number;
  /** ms since the epoch, exclusive. */
  readonly to?: number;
}

export interface PageRequest {
  /** Rows older than this one; newest first. Without it: from the newest. */
  readonly before?: RecordCursor;
  /** At most 1,000. */
  readonly limit: number;
}

export interface SignInEntry {
  readonly at: number;
  /** 0 when the login belongs to nobody. */
  readonly tenantId: TenantId;
  readonly accountId: AccountId | null;
  /** As the client gave it. */
  readonly login: string;
  readonly service: string;
  /** Peer's address. */
  readonly address: string;
  /** `password`, `scram`, `client-password`, `second-factor` … */
  readonly method: string;
  /** `ok` or a code of the error catalogue. */
  readonly result: string;
  readonly agent?: string;
}

export interface SignInRow extends SignInEntry {
  readonly id: number;
}

export interface SignInQuery {
  readonly tenantId: TenantId;
  readonly accountId?: AccountId;
  readonly from?: number;
  readonly to?: number;
}
