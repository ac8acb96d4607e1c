import type { IndexMarks } from '../../store/accounts/search/index-port.ts';
import type { ExtractLimits } from '../extract/limits.ts';
import type { RawMessage } from '../raw-message.ts';

/** One change for the thread to make and write. */
export interface IndexJob {
  readonly number: number;
  /** The index's file. */
  readonly path: string;
  readonly from: IndexMarks | null;
  readonly to: IndexMarks;
  readonly remove: readonly number[];
  readonly messages: readonly RawMessage[];
  /** Null: attachments are left out. */
  readonly limits: ExtractLimits | null;
}

/** What came of it. `written` is false when the index had moved meanwhile. */
export type IndexReply =
  | {
      readonly number: number;
      readonly ok: true;
      readonly written: boolean;
      /** Attachments that could not be read, why. */
      readonly failures: readonly string[];
    }
  | { readonly number: number; readonly ok: false; readonly code: string | null; readonly message: string };
