import type { TestShape } from '../language/shape.ts';
import { SieveProblem } from '../problem.ts';

/** Compares the message's octets with a number (RFC 5228 §5.9). */
export const size: TestShape = {
  name: 'size',
  requires: null,
  rfc: '5228 §5.9',
  tags: { over: { group: 'size' }, under: { group: 'size' } },
  positional: ['number'],
  prepare(args) {
    const side = args.oneOf(['over', 'under']);
    const limit = args.number(0) ?? 0;
    if (side === null) {
      throw new SieveProblem('missing_argument', args.at, { name: 'size', expected: ':over / :under' });
    }
    return ({ message }) => (side === 'over' ? message.size > limit : message.size < limit);
  },
};
