import { checkHeaderNames, fieldIndexOf, headerTexts, indexTags } from '../execution/headers.ts';
import { checkKeys, listTags, matchingOf, matchingTags, matchKeys } from '../execution/matching.ts';
import type { TestShape } from '../language/shape.ts';

/** Compares header fields, decoded (RFC 5228 §5.7). */
export const header: TestShape = {
  name: 'header',
  requires: null,
  rfc: '5228 §5.7',
  tags: { ...matchingTags, ...listTags, ...indexTags },
  positional: ['strings', 'strings'],
  prepare(args, facts) {
    const matching = matchingOf(args, facts);
    checkKeys(args, matching, args.texts(1));
    const index = fieldIndexOf(args);
    const names = args.texts(0);
    checkHeaderNames(names);
    return run => matchKeys(run, matching, headerTexts(run, names, index), args.texts(1));
  },
};
