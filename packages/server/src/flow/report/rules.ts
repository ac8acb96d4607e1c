import type { SpoolRecipient } from '../../store/spool/types.ts';
import type { Diagnostic } from '../outcome.ts';

/** Action of RFC 3464 §2.3.3. */
export type ReportAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';

/** What is to be said about one recipient. */
export interface ReportEntry {
  readonly recipient: SpoolRecipient;
  readonly action: ReportAction;
  readonly diagnostic: Diagnostic;
  /** `next`: the next server took over the duty to report. */
  readonly reportedBy: 'us' | 'next';
  /** For `delayed`: until when it will be tried, ms since the epoch. */
  readonly until?: number;
}

/** Whether the recipient's NOTIFY asks us for this report (RFC 3461 §4.1, §5.2.2 to §5.2.7). */
export function wantsReport(entry: ReportEntry): boolean {
  const { notify } = entry.recipient.details;
  switch (entry.action) {
    case 'failed':
      return notify === undefined || notify.includes('FAILURE');
    case 'delayed':
      return notify === undefined || notify.includes('DELAY');
    default:
      return entry.reportedBy === 'us' && notify !== undefined && notify.includes('SUCCESS');
  }
}
