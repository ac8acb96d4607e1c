import type { CommandShape } from '../language/shape.ts';
import { SieveProblem } from '../problem.ts';

/** Ends a loop over parts: the innermost, or the one of a name (RFC 5703 §3). */
export const breakCommand: CommandShape = {
  name: 'break',
  requires: 'foreverypart',
  rfc: '5703 §3',
  tags: { name: { value: 'string' } },
  prepare(args, facts) {
    const name = args.constant('name');
    if (!facts.inLoop(name)) throw new SieveProblem('not_in_loop', args.at, { name: 'break' });
    return run => {
      run.halt = 'break';
      run.breaks = name;
    };
  },
};
