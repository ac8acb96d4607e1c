import { matchingOf, matchingTags, matchValues } from '../execution/matching.ts';
import type { Run } from '../execution/run.ts';
import type { Arguments } from '../language/arguments.ts';
import type { Facts, TestShape } from '../language/shape.ts';
import { SieveProblem } from '../problem.ts';

/** 0 for a message that was not looked at, else 1 (surely none) to 10 (surely spam) (RFC 5235 §2.2). */
function spamGrade(percent: number | null): number {
  return percent === null ? 0 : 1 + Math.min(9, Math.floor((Math.max(0, percent) * 9) / 100));
}

/** `:count` counts whether the message was looked at (RFC 5235 §2.2, §3.2). */
function compare(
  args: Arguments,
  facts: Facts,
  value: (run: Run) => { readonly value: number; readonly tested: boolean },
): (run: Run) => boolean {
  const matching = matchingOf(args, facts);
  if (!matching.comparator.name.startsWith('i;ascii')) {
    throw new SieveProblem('comparator_cannot', args.at, {
      comparator: matching.comparator.name,
      match: args.name,
    });
  }
  return run => {
    const found = value(run);
    const counted = matching.type === 'count' && !found.tested ? [] : [String(found.value)];
    return matchValues(run, matching, counted, args.texts(0));
  };
}

/** How likely the message is spam: 0 to 10, or with `:percent` 0 to 100 (RFC 5235 §2.2, §2.3). */
export const spamtest: TestShape = {
  name: 'spamtest',
  requires: ['spamtest', 'spamtestplus'],
  rfc: '5235 §2',
  tags: { ...matchingTags, percent: { requires: 'spamtestplus' } },
  positional: ['string'],
  prepare(args, facts) {
    const percent = args.has('percent');
    return compare(args, facts, run => {
      const spam = run.environment.scores?.spam ?? null;
      const value = percent ? Math.round(Math.min(100, Math.max(0, spam ?? 0))) : spamGrade(spam);
      return { value, tested: spam !== null };
    });
  },
};

/** What a look for viruses found: 0 not looked at, 1 none, 5 certainly one (RFC 5235 §3.2). */
export const virustest: TestShape = {
  name: 'virustest',
  requires: 'virustest',
  rfc: '5235 §3',
  tags: matchingTags,
  positional: ['string'],
  prepare: (args, facts) =>
    compare(args, facts, run => {
      const virus = run.environment.scores?.virus ?? null;
      return { value: virus ?? 0, tested: virus !== null };
    }),
};
