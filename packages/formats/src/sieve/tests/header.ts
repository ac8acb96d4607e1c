import { checkHeaderNames, fieldIndexOf, fieldsIn, headerText, indexTags } from '../execution/headers.ts';
import { checkKeys, listTags, matchingOf, matchingTags, matchKeys } from '../execution/matching.ts';
import type { TestShape } from '../language/shape.ts';
import {
  checkMimeTags,
  headersOf,
  mimeOptionOf,
  mimeOptionTags,
  mimeTags,
  mimeValues,
} from '../mime/mime-tags.ts';

/** Compares header fields, decoded (RFC 5228 §5.7), of parts too, and what they say of those (RFC 5703 §4.1). */
export const header: TestShape = {
  name: 'header',
  requires: null,
  rfc: '5228 §5.7',
  tags: { ...matchingTags, ...listTags, ...indexTags, ...mimeTags, ...mimeOptionTags },
  positional: ['strings', 'strings'],
  prepare(args, facts) {
    const matching = matchingOf(args, facts);
    checkKeys(args, matching, args.texts(1));
    const index = fieldIndexOf(args);
    const names = args.texts(0);
    checkHeaderNames(names);
    checkMimeTags(args);
    const option = mimeOptionOf(args);
    return async run => {
      const fields = fieldsIn(run, await headersOf(run, args), names, index);
      const parameters = run.texts(args.texts('param'));
      const values = fields.flatMap(({ name, value }) =>
        option === null ? [headerText(value)] : mimeValues(name, value, option, parameters),
      );
      return matchKeys(run, matching, values, args.texts(1));
    };
  },
};
