import { checkHeaderNames, fieldsIn } from '../execution/headers.ts';
import type { TestShape } from '../language/shape.ts';
import { checkMimeTags, headersOf, mimeTags } from '../mime/mime-tags.ts';

/** Whether all of these header fields are there (RFC 5228 §5.5), those of parts too (RFC 5703 §4.3). */
export const exists: TestShape = {
  name: 'exists',
  requires: null,
  rfc: '5228 §5.5',
  tags: mimeTags,
  positional: ['strings'],
  prepare(args) {
    const names = args.texts(0);
    checkHeaderNames(names);
    checkMimeTags(args);
    return async run => {
      const headers = await headersOf(run, args);
      return names.every(name => fieldsIn(run, headers, [name], null).length > 0);
    };
  },
};
