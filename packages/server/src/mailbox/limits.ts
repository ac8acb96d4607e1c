/** Limits of a mailbox account. What is sold by number stands in the plan (`withFolderPlan`), and holds where it is less. */
export interface MailboxLimits {
  /** Own folders, those with a role not counted: what one account's tree may grow to whatever the plan says (FLD-01). */
  readonly maxMailboxes: number;
  /** Levels of folders, whatever the plan says (FLD-01). */
  readonly maxDepth: number;
  /** Bytes of one folder's name in UTF-8. */
  readonly maxNameBytes: number;
  /** Subscribed names that no folder has. */
  readonly maxOrphanSubscriptions: number;
  /** Different keywords in one account (RFC 9051 §2.3.2 leaves the number to the server). */
  readonly maxKeywords: number;
  /** Bytes of one keyword. */
  readonly maxKeywordBytes: number;
  /** Bytes of one message, prefix included. */
  readonly maxMessageBytes: number;
  /** Characters (UTF-16) of a message's text kept for lists. At most 256 (RFC 8970 §3, RFC 8621 §4.1.4); each costs disk. */
  readonly previewChars: number;
  /** Tombstones of removed messages: at most so many, and at most so old (ms). Beyond, clients compare everything. */
  readonly maxTombstones: number;
  readonly maxTombstoneAgeMs: number;
  /** How long mail that was deleted for good can be restored, ms (CLN-02). */
  readonly deletedKeepMs: number;
  /** People named in the access list of one folder. */
  readonly maxAclEntries: number;
  /** Annotations of one folder, of each person and of all; and octets of one (RFC 5464 §4.1 asks for 10 and 1,024). */
  readonly maxAnnotations: number;
  readonly maxAnnotationBytes: number;
  /** Messages that one COPY or MOVE takes to another account. */
  readonly maxCopiedAcross: number;
  /** Mails that one account may have snoozed at a time, and how far ahead, ms. */
  readonly maxSnoozed: number;
  readonly maxSnoozeMs: number;
  /** Mails of one account that may wait to be sent at a time. */
  readonly maxScheduled: number;
  /** What delivery reports said that is kept: of one submission, and of all of an account; the oldest go. */
  readonly maxReportsOfSubmission: number;
  readonly maxReports: number;
  /** How long an applied delivery is remembered, ms. Must be longer than any retry of the spool. */
  readonly deliveryMemoryMs: number;
}

const day = 24 * 60 * 60 * 1000;

export const defaultMailboxLimits: MailboxLimits = {
  maxMailboxes: 10_000,
  maxDepth: 32,
  maxNameBytes: 240,
  maxOrphanSubscriptions: 1_000,
  maxKeywords: 200,
  maxKeywordBytes: 100,
  maxMessageBytes: 150 * 1024 * 1024,
  previewChars: 140,
  maxTombstones: 200_000,
  maxTombstoneAgeMs: 90 * day,
  deletedKeepMs: 14 * day,
  maxAclEntries: 500,
  maxAnnotations: 100,
  maxAnnotationBytes: 32 * 1024,
  maxCopiedAcross: 20_000,
  maxSnoozed: 1_000,
  maxSnoozeMs: 366 * day,
  maxScheduled: 1_000,
  maxReportsOfSubmission: 2_000,
  maxReports: 20_000,
  deliveryMemoryMs: 30 * day,
};

/** `deletedKeepMs` in whole days, for people. */
export function deletedKeepDays(limits: Pick<MailboxLimits, 'deletedKeepMs'>): number {
  return Math.floor(limits.deletedKeepMs / day);
}
