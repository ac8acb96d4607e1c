import { MailError } from '../../platform/errors.ts';
import type { RowTest } from '../../store/accounts/search-rows.ts';
import { bitOf, type KeywordNames } from '../keywords.ts';
import { type SearchQuery, searchLimits } from '../search-query.ts';
import type { UidRanges } from '../types.ts';

export type TextTest = Extract<
  SearchQuery,
  { readonly key: 'from' | 'to' | 'cc' | 'bcc' | 'subject' | 'body' | 'text' | 'header' }
>;

/** A search ready to run: what rows answer by themselves apart from what needs texts. */
export type Plan =
  | { readonly step: 'constant'; readonly value: boolean }
  | { readonly step: 'uids'; readonly uids: UidRanges }
  | { readonly step: 'rows'; readonly test: RowTest }
  | { readonly step: 'text'; readonly test: TextTest }
  | { readonly step: 'not'; readonly child: Plan; readonly cost: number }
  /** Cheap ones first. */
  | { readonly step: 'and' | 'or'; readonly children: readonly Plan[]; readonly cost: number };

export interface PlanFacts {
  readonly names: KeywordNames;
  /** The account's lowest modseq. */
  readonly base: number;
  /** Now, ms since the epoch. */
  readonly now: number;
}

const day = 24 * 60 * 60 * 1000;
const endOfTime = Number.MAX_SAFE_INTEGER;

/** Cost of looking into one message, roughly: nothing, a row, an envelope, a body. */
function costOf(plan: Plan): number {
  switch (plan.step) {
    case 'constant':
    case 'uids':
      return 0;
    case 'rows':
      return plan.test.test === 'sent' || plan.test.test === 'origin' || plan.test.test === 'thread' ? 2 : 1;
    case 'text':
      return plan.test.key === 'body' || plan.test.key === 'text'
        ? 1_000
        : plan.test.key === 'header'
          ? 500
          : 20;
    default:
      return plan.cost;
  }
}

function flagPlan(flag: string, set: boolean, facts: PlanFacts): Plan {
  const bit = bitOf(flag);
  if (bit !== null) return { step: 'rows', test: { test: 'bits', mask: bit, value: set ? bit : 0 } };
  const key = flag.toLowerCase();
  const known = [...facts.names].find(([, name]) => name.toLowerCase() === key);
  if (!known) return { step: 'constant', value: !set };
  const plan: Plan = { step: 'rows', test: { test: 'keyword', id: known[0] } };
  return set ? plan : { step: 'not', child: plan, cost: 1 };
}

function datePlan(query: Extract<SearchQuery, { readonly key: 'date' }>): Plan {
  const from = query.is === 'before' ? -endOfTime : query.day;
  const before = query.is === 'before' ? query.day : query.is === 'on' ? query.day + day : endOfTime;
  return { step: 'rows', test: { test: query.of, from, before } };
}

function leafPlan(query: SearchQuery, facts: PlanFacts): Plan {
  switch (query.key) {
    case 'all':
      return { step: 'constant', value: true };
    case 'flag':
      return flagPlan(query.flag, query.set, facts);
    case 'date':
      return datePlan(query);
    // RFC 5032 §3: OLDER is at least so old, YOUNGER at most.
    case 'older':
      return {
        step: 'rows',
        test: { test: 'received', from: -endOfTime, before: facts.now - query.seconds * 1000 + 1 },
      };
    case 'younger':
      return {
        step: 'rows',
        test: { test: 'received', from: facts.now - query.seconds * 1000, before: endOfTime },
      };
    case 'larger':
    case 'smaller':
      return { step: 'rows', test: { test: query.key, size: query.size } };
    case 'uid':
      return { step: 'uids', uids: query.uids };
    case 'modseq':
      if (query.least <= facts.base) return { step: 'constant', value: true };
      return { step: 'rows', test: { test: 'modseq', least: query.least } };
    case 'emailid':
      return { step: 'rows', test: { test: 'origin', messageId: query.id } };
    case 'threadid':
      return { step: 'rows', test: { test: 'thread', threadId: query.id } };
    case 'attachment':
      return { step: 'rows', test: { test: 'attachment', present: query.present } };
    case 'from':
    case 'to':
    case 'cc':
    case 'bcc':
    case 'subject':
    case 'body':
    case 'text':
    case 'header':
      return { step: 'text', test: query };
    default:
      return { step: 'constant', value: false };
  }
}

/** Makes the plan of a query. Throws `input.invalid` for one with too many keys or too deep. */
export function planSearch(query: SearchQuery, facts: PlanFacts): Plan {
  let keys = 0;
  const walk = (part: SearchQuery, depth: number): Plan => {
    keys += 1;
    if (keys > searchLimits.keys || depth > searchLimits.depth)
      throw new MailError('input.invalid', { field: 'search' });
    if (part.key === 'not') {
      const child = walk(part.child, depth + 1);
      return { step: 'not', child, cost: costOf(child) };
    }
    if (part.key !== 'and' && part.key !== 'or') return leafPlan(part, facts);
    const parts = part.key === 'and' ? part.children : [part.left, part.right];
    const children = parts.map(child => walk(child, depth + 1)).toSorted((a, b) => costOf(a) - costOf(b));
    return { step: part.key, children, cost: children.reduce((sum, child) => sum + costOf(child), 0) };
  };
  return walk(query, 0);
}
