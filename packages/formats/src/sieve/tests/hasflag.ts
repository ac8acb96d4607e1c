import { flagsOf, readFlags, requireVariable } from '../execution/flags.ts';
import { checkKeys, matchingOf, matchingTags, matchValues } from '../execution/matching.ts';
import { constantOf } from '../language/arguments.ts';
import type { TestShape } from '../language/shape.ts';
import { SieveProblem } from '../problem.ts';

/** Whether flags are set in the internal variable or in others (RFC 5232 §4). */
export const hasflag: TestShape = {
  name: 'hasflag',
  requires: 'imap4flags',
  rfc: '5232 §4',
  tags: matchingTags,
  positional: ['strings', 'strings'],
  optional: 1,
  prepare(args, facts) {
    const matching = matchingOf(args, facts);
    checkKeys(args, matching, args.texts(1));
    if (args.given(0) && !facts.has('variables'))
      throw new SieveProblem('missing_require', args.placeOf(0), { extension: 'variables', name: 'hasflag' });
    const variables = args.given(0)
      ? args.texts(0).map(text => requireVariable(constantOf(text), text))
      : [null];
    return run => {
      const values = variables.flatMap(variable => readFlags(run, variable));
      if (matching.type === 'count') return matchValues(run, matching, values, args.texts(1));
      const keys = args.texts(1).flatMap(text =>
        splitFlags(run.text(text), matching.type === 'is', run.limits.flags).map(value => ({
          kind: 'constant' as const,
          value,
          at: text.at,
        })),
      );
      return matchValues(run, matching, values, keys);
    };
  },
};

/** A key may name several flags, as a list of them does (RFC 5232 §2); a pattern is one. */
function splitFlags(key: string, whole: boolean, max: number): string[] {
  return whole ? flagsOf([key], max) : [key];
}
