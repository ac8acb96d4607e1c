import { parseMailto } from '../execution/mailto.ts';
import type { CommandShape } from '../language/shape.ts';
import { excerpt, SieveProblem } from '../problem.ts';
import { isSender } from './vacation.ts';

const importances: readonly string[] = ['1', '2', '3'];

/** Sends a short notice by mail (RFC 5435 §3, RFC 5436). */
export const notify: CommandShape = {
  name: 'notify',
  requires: 'enotify',
  rfc: '5435 §3',
  tags: {
    from: { value: 'string' },
    importance: { value: 'string' },
    options: { value: 'strings' },
    message: { value: 'string' },
  },
  positional: ['string'],
  prepare(args) {
    const method = args.required(0);
    if (method.kind === 'constant' && parseMailto(method.value) === null) args.fail(0, method.value);
    const level = args.text('importance');
    if (level?.kind === 'constant' && !importances.includes(level.value))
      args.fail('importance', level.value);
    const from = args.text('from');
    if (from?.kind === 'constant' && !isSender(from.value))
      throw new SieveProblem('bad_address', from.at, { address: excerpt(from.value) });
    return run => {
      const uri = run.text(method);
      const mailto =
        parseMailto(uri) ?? run.fail('bad_value', method.at, { name: 'notify', value: excerpt(uri) });
      const { notifications: max } = run.limits;
      if (run.actions.filter(action => action.kind === 'notify').length >= max)
        run.fail('run_notifications', args.at, { max });
      const importance = level === null ? '2' : run.text(level);
      const message = args.text('message');
      const sender = from === null ? null : run.text(from);
      run.act(
        {
          kind: 'notify',
          ...mailto,
          // RFC 5435 §3.3: a sender that is not valid is as if it was not given.
          from: sender !== null && isSender(sender) ? sender : null,
          importance: importance === '1' || importance === '3' ? importance : '2',
          message: message === null ? null : run.text(message),
        },
        args.at,
        true,
      );
    };
  },
};
