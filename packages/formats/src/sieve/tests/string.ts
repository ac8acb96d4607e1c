import { checkKeys, listTags, matchingOf, matchingTags, matchKeys } from '../execution/matching.ts';
import type { TestShape } from '../language/shape.ts';

/** Compares strings, mostly with variables in them; `:count` counts those that are not empty (RFC 5229 §5). */
export const string: TestShape = {
  name: 'string',
  requires: 'variables',
  rfc: '5229 §5',
  tags: { ...matchingTags, ...listTags },
  positional: ['strings', 'strings'],
  prepare(args, facts) {
    const matching = matchingOf(args, facts);
    checkKeys(args, matching, args.texts(1));
    return run => {
      const sources = run.texts(args.texts(0));
      const values = matching.type === 'count' ? sources.filter(value => value !== '') : sources;
      return matchKeys(run, matching, values, args.texts(1));
    };
  },
};
