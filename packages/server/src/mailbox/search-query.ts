import type { MessageId, ThreadId, UidRanges } from './types.ts';

/**
 * What to search for (RFC 9051 §6.4.4, RFC 5032, RFC 7162 §3.1.5, RFC 8474 §5.4, RFC 8514 §4.3). Text matches as a
 * substring, whatever the case, in decoded text of any script. Sequence numbers and `$` are resolved by the caller.
 */
export type SearchQuery =
  | { readonly key: 'all' | 'none' }
  /** `flag` is a system flag (`\Seen`) or a keyword, in any case. */
  | { readonly key: 'flag'; readonly flag: string; readonly set: boolean }
  | {
      readonly key: 'from' | 'to' | 'cc' | 'bcc' | 'subject' | 'body' | 'text';
      readonly value: string;
    }
  /** An empty `value` asks for the presence of the field. */
  | { readonly key: 'header'; readonly field: string; readonly value: string }
  /** `day` is midnight UTC of the day named, ms since the epoch. `sent` days are those of the Date field's own zone. */
  | {
      readonly key: 'date';
      readonly of: 'received' | 'sent' | 'saved';
      readonly is: 'before' | 'on' | 'since';
      readonly day: number;
    }
  /** WITHIN: age in seconds. */
  | { readonly key: 'older' | 'younger'; readonly seconds: number }
  | { readonly key: 'larger' | 'smaller'; readonly size: number }
  | { readonly key: 'uid'; readonly uids: UidRanges }
  | { readonly key: 'modseq'; readonly least: number }
  | { readonly key: 'emailid'; readonly id: MessageId }
  | { readonly key: 'threadid'; readonly id: ThreadId }
  | { readonly key: 'attachment'; readonly present: boolean }
  | { readonly key: 'not'; readonly child: SearchQuery }
  | { readonly key: 'or'; readonly left: SearchQuery; readonly right: SearchQuery }
  | { readonly key: 'and'; readonly children: readonly SearchQuery[] };

/** Keys of one search, and how deep they may nest. */
export const searchLimits = { keys: 1_000, depth: 100 } as const;
