import { isExtension } from '../extensions.ts';
import { constantOf } from '../language/arguments.ts';
import type { TestShape } from '../language/shape.ts';

/** Whether all of these extensions are there; the checker lets them be used from here on (RFC 5463 §4). */
export const ihave: TestShape = {
  name: 'ihave',
  requires: 'ihave',
  rfc: '5463 §4',
  positional: ['strings'],
  prepare(args) {
    const all = args.texts(0).map(constantOf).every(isExtension);
    return () => all;
  },
};
