import { checkKeys, matchingOf, matchingTags, matchValues } from '../execution/matching.ts';
import type { TestShape } from '../language/shape.ts';
import { SieveProblem } from '../problem.ts';

/** Looks into the body: as it is, at parts of some types, or at the text (RFC 5173). */
export const body: TestShape = {
  name: 'body',
  requires: 'body',
  rfc: '5173',
  tags: {
    ...matchingTags,
    raw: { group: 'body transform' },
    content: { group: 'body transform', value: 'strings' },
    text: { group: 'body transform' },
  },
  positional: ['strings'],
  prepare(args, facts) {
    const matching = matchingOf(args, facts);
    checkKeys(args, matching, args.texts(0));
    if (matching.type === 'count')
      throw new SieveProblem('comparator_cannot', args.at, { comparator: 'body', match: ':count' });
    return async run => {
      const { message, limits } = run;
      const values = args.has('raw')
        ? [await message.rawBody(limits.bodyLength)]
        : await message.partTexts(
            args.has('content') ? run.texts(args.texts('content')) : null,
            limits.bodyLength,
          );
      // RFC 5173 §6: the body sets no match variables.
      const { matches } = run.scope;
      const found = matchValues(run, matching, values, args.texts(0));
      run.scope.matches = matches;
      return found;
    };
  },
};
