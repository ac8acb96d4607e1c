/** Named values of the flow. Times in ms, sizes in bytes. */
export interface FlowLimits {
  /** Largest message. */
  readonly maxMessageBytes: number;
  /** Largest header: what is not read whole cannot be checked. Does not hold for what the server itself sends. */
  readonly maxHeaderBytes: number;
  /** Most RCPT commands accepted for one message. */
  readonly maxRecipients: number;
  /** Most addresses one message may go to once groups are opened. */
  readonly maxExpandedRecipients: number;
  /** Most Received fields before a message is taken for a loop (RFC 5321 §6.3 asks for at least 100). */
  readonly maxReceived: number;
  /** How long delivery is tried (RFC 5321 §4.5.4.1: 4 to 5 days). */
  readonly expireAfterMs: number;
  /** How long a DSN is tried. */
  readonly expireNotificationAfterMs: number;
  /** After how long the sender hears of a delay; null for never. */
  readonly delayNoticeAfterMs: number | null;
  /** Waits between attempts; the last one repeats. */
  readonly backoffMs: readonly number[];
  /** Waits for local delivery: our own store comes back sooner. */
  readonly localBackoffMs: readonly number[];
  /** Share of a wait that is left to chance, so that what failed together is not tried together. */
  readonly backoffJitter: number;
  /** Whether a mailbox that became full after acceptance is tried until expiry, or the message returned at once. */
  readonly fullMailbox: 'retry' | 'return';
  /** Local deliveries under way at a time. */
  readonly localConcurrency: number;
  /** Outgoing transactions under way at a time. */
  readonly relayConcurrency: number;
  /** Most rows claimed at a time. */
  readonly claimBatch: number;
  /** How often the queue is looked at although nobody called. */
  readonly pollMs: number;
  /** Largest message returned in full when RET=FULL asks for it (RFC 3461 §6.2 leaves the limit to us). */
  readonly maxReturnedBytes: number;
  /** Largest header returned. */
  readonly maxReturnedHeaderBytes: number;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export const defaultFlowLimits: FlowLimits = {
  maxMessageBytes: 50 * 1024 * 1024,
  maxHeaderBytes: 1024 * 1024,
  maxRecipients: 1000,
  maxExpandedRecipients: 20_000,
  maxReceived: 100,
  expireAfterMs: 5 * day,
  expireNotificationAfterMs: 2 * day,
  delayNoticeAfterMs: 4 * hour,
  backoffMs: [5 * minute, 10 * minute, 20 * minute, 40 * minute, 80 * minute, 2 * hour, 3 * hour, 4 * hour],
  localBackoffMs: [5_000, 30_000, 2 * minute, 10 * minute, 30 * minute],
  backoffJitter: 0.2,
  fullMailbox: 'return',
  localConcurrency: 512,
  relayConcurrency: 100,
  claimBatch: 500,
  pollMs: 30_000,
  maxReturnedBytes: 1024 * 1024,
  maxReturnedHeaderBytes: 64 * 1024,
};
