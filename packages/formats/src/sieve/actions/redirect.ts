import { isPlainAddress } from '../execution/mailto.ts';
import type { CommandShape } from '../language/shape.ts';
import { excerpt, SieveProblem } from '../problem.ts';

/** Sends the message on (RFC 5228 §4.2, RFC 3894). */
export const redirect: CommandShape = {
  name: 'redirect',
  requires: null,
  rfc: '5228 §4.2',
  tags: { copy: { requires: 'copy' } },
  positional: ['string'],
  prepare(args) {
    const to = args.required(0);
    if (to.kind === 'constant' && !isPlainAddress(to.value))
      throw new SieveProblem('bad_address', to.at, { address: excerpt(to.value) });
    return run => {
      const address = run.text(to);
      if (!isPlainAddress(address)) run.fail('bad_address', to.at, { address: excerpt(address) });
      const max = run.limits.redirects;
      const before = run.actions.filter(action => action.kind === 'redirect').length;
      if (before >= max) run.fail('run_redirects', args.at, { max });
      run.act({ kind: 'redirect', address, header: run.message.edited }, args.at, args.has('copy'));
    };
  },
};
