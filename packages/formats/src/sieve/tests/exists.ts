import { checkHeaderNames, fieldValues } from '../execution/headers.ts';
import type { TestShape } from '../language/shape.ts';

/** Whether all of these header fields are there (RFC 5228 §5.5). */
export const exists: TestShape = {
  name: 'exists',
  requires: null,
  rfc: '5228 §5.5',
  positional: ['strings'],
  prepare(args) {
    const names = args.texts(0);
    checkHeaderNames(names);
    return run => names.every(name => fieldValues(run, [name], null).length > 0);
  },
};
