import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { type Comparator, readSort } from '@hongyan/formats/jmap/comparator.ts';
import { type Filter, matches, readFilter } from '@hongyan/formats/jmap/filter.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import type { Submission } from '../../../mailbox/sending/submissions.ts';

const known = new Set(['identityIds', 'emailIds', 'threadIds', 'undoStatus', 'before', 'after']);
const sortable = new Set(['emailId', 'threadId', 'sentAt', 'sendAt']);

/** Filter and sort of EmailSubmission/query (RFC 8621 §7.3). */
export interface SubmissionQuery {
  readonly filter: Filter<(submission: Submission) => boolean> | null;
  readonly sort: readonly Comparator[];
}

export function readSubmissionQuery(args: Arguments): SubmissionQuery {
  return {
    filter: readFilter(args.raw('filter'), readCondition),
    sort: readSort(args.raw('sort'), sortable),
  };
}

function readCondition(object: JsonObject): (submission: Submission) => boolean {
  const strange = Object.keys(object).find(key => !known.has(key));
  if (strange !== undefined) throw new MethodError('unsupportedFilter', `not by ${strange.slice(0, 100)}`);
  const args = new Arguments(object, (name, why) => invalidArgument('filter', `${name}: ${why}`));
  const [identities, emails, threads] = [
    args.ids('identityIds'),
    args.ids('emailIds'),
    args.ids('threadIds'),
  ];
  const [status, before, after] = [args.string('undoStatus'), args.utcDate('before'), args.utcDate('after')];
  return item =>
    (identities?.includes(printId('i', item.identityId)) ?? true) &&
    (emails?.includes(printId('e', item.messageId)) ?? true) &&
    (threads?.includes(printId('t', item.threadId)) ?? true) &&
    (status === null || item.status === status) &&
    (before === null || item.sendAt < before) &&
    (after === null || item.sendAt >= after);
}

function keyOf(property: string): (submission: Submission) => number {
  if (property === 'emailId') return item => item.messageId;
  return property === 'threadId' ? item => item.threadId : item => item.sendAt;
}

/** The submissions that match, in order; `all` has the last sent first. */
export function querySubmissions(all: readonly Submission[], query: SubmissionQuery): string[] {
  const found = all.filter(item => matches(query.filter, test => test(item)));
  const keys = query.sort.map(({ property, isAscending }) => ({
    key: keyOf(property),
    sign: isAscending ? 1 : -1,
  }));
  const sorted = found.toSorted((a, b) => {
    for (const { key, sign } of keys) {
      const order = (key(a) - key(b)) * sign;
      if (order !== 0) return order;
    }
    return 0;
  });
  return sorted.map(item => printId('s', item.id));
}
