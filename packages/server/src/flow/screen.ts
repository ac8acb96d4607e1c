import type { FieldIndex } from '@hongyan/formats/auth/dkim/verify/signed-input.ts';
import type { MethodResult } from '@hongyan/formats/auth/results/results-field.ts';
import type { MessageStructure } from '@hongyan/formats/message/part.ts';
import { MailError } from '../platform/errors.ts';
import type { ArcVerdict } from './screening/checks/signatures.ts';
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

/** What a seal of our own says about a message that goes on to other servers (RFC 8617 §5.1). */
export interface ForwardFacts {
  readonly results: readonly MethodResult[];
  readonly arc: ArcVerdict;
  /** The header as it came. */
  readonly index: FieldIndex;
  /** SHA-256 of the relaxed body, base64. */
  readonly bodyHash: string;
}

/** What a check may say of a message that is not refused. */
interface Remarks {
  /** Complete header fields with line ends to put in front (Authentication-Results, X-Spam-…). */
  readonly fields?: string;
  /** The reverse-path was proven: SPF passed for its domain, or DKIM for an aligned one. */
  readonly senderProven?: boolean;
  readonly scores?: ScanScores;
  /** For the trace. */
  readonly note?: string;
  readonly forward?: ForwardFacts;
}

/**
 * What a check found. `pass`: nothing against it; `junk`: deliver to the junk folder; `refuse`: answer with the error.
 * `forged`: its author's domain says that it is not from there, so that no list of welcome senders speaks for it.
 */
export type ScreenVerdict =
  | ({ readonly kind: 'pass' } & Remarks)
  | ({ readonly kind: 'junk'; readonly reason: string; readonly forged?: boolean } & Remarks)
  | { readonly kind: 'refuse'; readonly error: MailError; readonly note?: string };

/** Checks that work while a message comes in. */
export interface ScreenSession extends Disposable {
  /** Some of the message leaves the house again; told before the first byte, if at all. */
  forwards(): void;
  /** Takes the next bytes; they are not kept beyond the call. A promise, when it wants no more for now. */
  push(chunk: Uint8Array): Promise<void> | undefined;
  /** After the last byte. Throws only when it could not be made: the client tries again. */
  verdict(candidate: Candidate): Promise<ScreenVerdict>;
}

/** The checks that every message goes through. */
export interface IncomingScreening {
  /** Begins with the reverse-path (empty for `<>`). */
  begin(origin: Origin, sender: string): ScreenSession;
}

/** One more check, of the whole message. Throws only when it could not be made: the client tries again. */
export type ScreenCheck = (candidate: Candidate) => Promise<ScreenVerdict>;

/** What all checks together say. */
export interface Screening {
  readonly junk: boolean;
  /** Junk because of who it says it is from. */
  readonly forged: boolean;
  /** Fields to put in front, first check first. */
  readonly fields: string;
  /** Whether some check proved who sent it. */
  readonly senderProven: boolean;
  /** The highest of all checks. */
  readonly scores: ScanScores;
  /** For the trace; empty when nothing was looked into. */
  readonly note: string;
  /** Null unless it goes on to other servers and what was found out is known. */
  readonly forward: ForwardFacts | null;
}

function higher(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : Math.max(one, other ?? one);
}

function worse(one: ScanScores, other: ScanScores): ScanScores {
  const spam = higher(one.spam, other.spam);
  const virus = higher(one.virus, other.virus);
  return { ...(spam !== undefined && { spam }), ...(virus !== undefined && { virus }) };
}

/** A check refused the message. `note` is for the trace. */
export class ScreenRefusal extends MailError {
  readonly note: string;

  constructor(error: MailError, note: string) {
    super(error.code, error.fields, { cause: error });
    this.note = note;
  }
}

/** Runs the checks in their order; the first refusal ends it and is thrown as `ScreenRefusal`. */
export async function screen(checks: readonly ScreenCheck[], candidate: Candidate): Promise<Screening> {
  let junk = false;
  let forged = false;
  let senderProven = false;
  let scores: ScanScores = {};
  let fields = '';
  let forward: ForwardFacts | null = null;
  const notes: string[] = [];
  for (const check of checks) {
    const verdict = await check(candidate);
    if (verdict.kind === 'refuse') throw new ScreenRefusal(verdict.error, verdict.note ?? '');
    if (verdict.kind === 'junk') {
      junk = true;
      forged ||= verdict.forged === true;
    }
    if (verdict.senderProven === true) senderProven = true;
    scores = worse(scores, verdict.scores ?? {});
    fields += verdict.fields ?? '';
    forward ??= verdict.forward ?? null;
    if (verdict.note !== undefined) notes.push(verdict.note);
  }
  return { junk, forged, fields, senderProven, scores, note: notes.join('; '), forward };
}

/** The checks of the whole message: none. They are added here, in the order in which they run. */
export const screenChecks: readonly ScreenCheck[] = [];
