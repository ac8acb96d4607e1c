import { checkKeys, matchingOf, matchingTags, matchValues } from '../execution/matching.ts';
import type { TestShape } from '../language/shape.ts';

/** Compares a fact about the server or the delivery (RFC 5183). */
export const environment: TestShape = {
  name: 'environment',
  requires: 'environment',
  rfc: '5183',
  tags: matchingTags,
  positional: ['string', 'strings'],
  prepare(args, facts) {
    const matching = matchingOf(args, facts);
    checkKeys(args, matching, args.texts(1));
    return run => {
      const value = run.environment.item(run.text(args.required(0)).toLowerCase());
      // RFC 5183 §4: an unknown item makes the test false whatever it is compared with.
      return value !== null && matchValues(run, matching, [value], args.texts(1));
    };
  },
};
