import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { Spool } from '../store/spool/spool.ts';
import type { FilterDoor } from './filter/door.ts';
import type { FlowLimits } from './limits.ts';
import type { PolicyRule } from './policy.ts';
import type { AddressDirectory, MailboxDoor, SenderPolicy, SigningKeys, TraceLog } from './ports.ts';
import type { QueueSignal } from './queue/queue-signal.ts';
import type { IncomingScreening, ScreenCheck } from './screen.ts';

/** Whom the flow tells about failures. */
export interface ReportPolicy {
  /**
   * Whether servers outside hear of failures that we find after acceptance. Off: their sender may be forged, and then
   * the report would go to somebody who sent nothing (backscatter). Reports of success that were asked for always go.
   */
  readonly outsiders: boolean;
  /** Who hears of failures that cannot be reported to the sender; null for nobody. An address of ours. */
  readonly postmaster: string | null;
}

/** Everything the journey of a message needs. */
export interface FlowContext {
  /** Our host name, in Received fields, message ids and reports. */
  readonly hostname: string;
  readonly directory: AddressDirectory;
  readonly senders: SenderPolicy;
  readonly mailboxes: MailboxDoor;
  /** The accounts' scripts; left out: mail is filed without asking one. */
  readonly filters?: FilterDoor;
  /** Left out: mail leaves without a signature. */
  readonly signingKeys?: SigningKeys;
  readonly blobs: BlobStore;
  readonly spool: Spool;
  readonly trace: TraceLog;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: FlowLimits;
  readonly reports: ReportPolicy;
  /** Who sent it, spam, viruses; left out: nothing is looked into. */
  readonly screening?: IncomingScreening;
  readonly screenChecks: readonly ScreenCheck[];
  readonly policyRules: readonly PolicyRule[];
  /** How the acceptor of this process calls its dispatcher: `createQueueSignal()`. */
  readonly signal: QueueSignal;
}
