import { listName } from '../execution/lists.ts';
import { isPlainAddress } from '../execution/mailto.ts';
import type { Run } from '../execution/run.ts';
import type { CommandShape } from '../language/shape.ts';
import { excerpt, SieveProblem } from '../problem.ts';

/** Sends the message on, with `:list` to everybody in a list (RFC 5228 §4.2, RFC 3894, RFC 6134 §2.3). */
export const redirect: CommandShape = {
  name: 'redirect',
  requires: null,
  rfc: '5228 §4.2',
  tags: { copy: { requires: 'copy' }, list: { requires: 'extlists' } },
  positional: ['string'],
  prepare(args) {
    const to = args.required(0);
    const list = args.has('list');
    if (!list && to.kind === 'constant' && !isPlainAddress(to.value))
      throw new SieveProblem('bad_address', to.at, { address: excerpt(to.value) });
    const send = (run: Run, address: string): void => {
      if (!isPlainAddress(address)) run.fail('bad_address', to.at, { address: excerpt(address) });
      const max = run.limits.redirects;
      const before = run.actions.filter(action => action.kind === 'redirect').length;
      if (before >= max) run.fail('run_redirects', args.at, { max });
      run.act({ kind: 'redirect', address, edited: run.message.unenclosed }, args.at, args.has('copy'));
    };
    if (!list) return run => send(run, run.text(to));
    return async run => {
      const name = listName(run.text(to));
      const members =
        (await run.environment.listMembers?.(name)) ??
        run.fail('run_not_available', to.at, { name: excerpt(name) });
      for (const address of members) send(run, address);
    };
  },
};
