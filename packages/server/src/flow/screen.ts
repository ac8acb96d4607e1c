import type { MessageStructure } from '@hongyan/formats/message/part.ts';
import type { MailError } from '../platform/errors.ts';
import type { Origin, SenderOptions } from './types.ts';

/** A message after its last byte and before its acceptance, as checks and rules see it. */
export interface Candidate {
  readonly queueId: string;
  readonly origin: Origin;
  /** Reverse-path; empty for `<>`. */
  readonly sender: string;
  readonly options: SenderOptions;
  /** Forward-paths as given, without those that were refused. */
  readonly recipients: readonly string[];
  readonly size: number;
  /** Header and structure. The bodies of the parts are not in memory. */
  readonly structure: MessageStructure;
}

/** What scanners found, for filter scripts (RFC 5235); what is left out was not looked at. */
export interface ScanScores {
  /** How likely spam, percent. */
  readonly spam?: number;
  /** 1 none to 5 certainly one (RFC 5235 §3.2). */
  readonly virus?: number;
}

/**
 * What a check found. `pass`: nothing against it; `junk`: deliver to the junk folder; `refuse`: answer with the error.
 * `fields` are complete header fields with line ends to put in front (Authentication-Results, X-Spam-…).
 */
export type ScreenVerdict =
  | {
      readonly kind: 'pass';
      readonly fields?: string;
      /** The reverse-path was proven: SPF passed for its domain, or DKIM for an aligned one. */
      readonly senderProven?: boolean;
      readonly scores?: ScanScores;
    }
  | { readonly kind: 'junk'; readonly reason: string; readonly fields?: string; readonly scores?: ScanScores }
  | { readonly kind: 'refuse'; readonly error: MailError };

/** One check: SPF, DKIM, DMARC, spam, viruses. Throws only when it could not be made: the client tries again. */
export type ScreenCheck = (candidate: Candidate) => Promise<ScreenVerdict>;

/** What all checks together say. */
export interface Screening {
  readonly junk: boolean;
  /** Fields to put in front, first check first. */
  readonly fields: string;
  /** Whether some check proved who sent it. */
  readonly senderProven: boolean;
  /** The highest of all checks. */
  readonly scores: ScanScores;
}

function higher(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : Math.max(one, other ?? one);
}

function worse(one: ScanScores, other: ScanScores): ScanScores {
  const spam = higher(one.spam, other.spam);
  const virus = higher(one.virus, other.virus);
  return { ...(spam !== undefined && { spam }), ...(virus !== undefined && { virus }) };
}

/** Runs the checks in their order; the first refusal ends it and is thrown. */
export async function screen(checks: readonly ScreenCheck[], candidate: Candidate): Promise<Screening> {
  let junk = false;
  let senderProven = false;
  let scores: ScanScores = {};
  let fields = '';
  for (const check of checks) {
    const verdict = await check(candidate);
    if (verdict.kind === 'refuse') throw verdict.error;
    if (verdict.kind === 'junk') junk = true;
    if (verdict.kind === 'pass' && verdict.senderProven === true) senderProven = true;
    scores = worse(scores, verdict.scores ?? {});
    fields += verdict.fields ?? '';
  }
  return { junk, fields, senderProven, scores };
}

/** The checks of this release: none. They are added here, in the order in which they run. */
export const screenChecks: readonly ScreenCheck[] = [];
