import { ask, type Lookup } from '../lookup.ts';
import type { DmarcPolicy, DmarcRecord } from './record.ts';
import { DmarcRecords, organisationOf, type TreeWalk } from './tree-walk.ts';

/** What was proven about a message, and whom it says to come from. All domains are A-labels in lower case. */
export interface DmarcQuestion {
  /** Domain of the author. */
  readonly author: string;
  /** Domain that SPF passed for; null for none. */
  readonly spf: string | null;
  /** Domains that DKIM signatures passed for. */
  readonly dkim: readonly string[];
  /** Whether SPF or a signature could not be checked now, so that a failure may not be one. */
  readonly unsure: boolean;
  /** 0 to 99: with a share below 100, which mail the policy is applied to (RFC 7489 §6.6.4). */
  readonly sample: number;
}

/** RFC 7489 §11.2. */
export type DmarcResultName = 'none' | 'pass' | 'fail' | 'temperror' | 'permerror';

export interface DmarcResult {
  readonly result: DmarcResultName;
  /** What is to be done with it: `none` unless it failed. */
  readonly policy: DmarcPolicy;
  /** What the record asks for, without share and trial; null without a record. */
  readonly published: DmarcPolicy | null;
  /** Name that the record stands at; null without one. */
  readonly at: string | null;
  readonly alignedSpf: boolean;
  readonly alignedDkim: boolean;
}

/** Most domains whose alignment is looked up; further ones count as not aligned. */
const mostWalks = 10;

/** Evaluates DMARC (RFC 7489 §6.6, with the tree walk of RFC 9989). At most about 100 questions. */
export function* evaluateDmarc(question: DmarcQuestion): Lookup<DmarcResult> {
  const { author } = question;
  const records = new DmarcRecords();
  const walk = yield* records.walk(author);
  const own = walk.found[0]?.domain === author ? walk.found[0] : null;
  if (own === null && walk.failed) return outcome('temperror');
  const organisation = walk.failed ? null : organisationOf(author, walk.found);
  const applied = own ?? inherited(organisation ?? author, walk);
  if (applied === null) return outcome('none');
  const { record, domain: at } = applied;
  const published = own === null ? yield* policyBelow(record, author) : record.policy;
  const alignment = new Alignment(author, organisation, records);
  const alignedSpf = question.spf !== null && (yield* alignment.holds(question.spf, record.strictSpf));
  let alignedDkim = false;
  for (const domain of new Set(question.dkim))
    if (!alignedDkim) alignedDkim = yield* alignment.holds(domain, record.strictDkim);
  const facts = { published, at, alignedSpf, alignedDkim };
  if (alignedSpf || alignedDkim) return { ...outcome('pass'), ...facts };
  if (question.unsure || alignment.failed || published === null) return { ...outcome('temperror'), ...facts };
  return { ...outcome('fail'), ...facts, policy: appliedPolicy(published, record, question.sample) };
}

function outcome(result: DmarcResultName): DmarcResult {
  return { result, policy: 'none', published: null, at: null, alignedSpf: false, alignedDkim: false };
}

/** The record of the organisation, or of the public suffix above it. */
function inherited(organisation: string, { found }: TreeWalk): TreeWalk['found'][number] | null {
  const last = found.at(-1);
  return (
    found.find(entry => entry.domain === organisation) ?? (last?.record.suffix === 'y' ? last : null) ?? null
  );
}

/** The policy for a name below the record; null when nobody could tell whether the name exists. */
function* policyBelow(record: DmarcRecord, author: string): Lookup<DmarcPolicy | null> {
  if (record.missing === record.below) return record.below;
  const reply = yield* ask('A', author);
  if (reply.kind === 'temporary') return null;
  return reply.kind === 'nxdomain' ? record.missing : record.below;
}

/** The policy after trial (RFC 9989 §4.7) and share (RFC 7489 §6.6.4): what is left out gets the one a step milder. */
function appliedPolicy(policy: DmarcPolicy, record: DmarcRecord, sample: number): DmarcPolicy {
  if (!record.testing && sample < record.percent) return policy;
  return policy === 'reject' ? 'quarantine' : 'none';
}

/** Compares domains with the author's (RFC 7489 §3.1). */
class Alignment {
  readonly #author: string;
  readonly #organisation: string | null;
  readonly #records: DmarcRecords;
  #walks = 0;
  /** Whether an answer was missing. */
  failed = false;

  constructor(author: string, organisation: string | null, records: DmarcRecords) {
    this.#author = author;
    this.#organisation = organisation;
    this.#records = records;
  }

  *holds(domain: string, strict: boolean): Lookup<boolean> {
    if (domain === this.#author) return true;
    if (strict) return false;
    const organisation = this.#organisation;
    if (organisation === null) {
      this.failed ||= domain.split('.').at(-1) === this.#author.split('.').at(-1);
      return false;
    }
    // A domain's organisation is the domain itself or above it.
    if (domain !== organisation && !domain.endsWith(`.${organisation}`)) return false;
    this.#walks += 1;
    if (this.#walks > mostWalks) return false;
    const walk = yield* this.#records.walk(domain);
    if (walk.failed) this.failed = true;
    return !walk.failed && organisationOf(domain, walk.found) === organisation;
  }
}
