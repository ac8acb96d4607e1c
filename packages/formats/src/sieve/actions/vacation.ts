import { flattenAddresses, parseAddresses } from '../../message/address.ts';
import { isPlainAddress } from '../execution/mailto.ts';
import type { CommandShape } from '../language/shape.ts';
import { excerpt, SieveProblem } from '../problem.ts';

const day = 86_400;
const mostAddresses = 100;

/** Whether this can stand in From: one mailbox, with or without a name (RFC 5230 §4.3). */
export function isSender(text: string): boolean {
  const found = flattenAddresses(parseAddresses(text));
  const [only] = found;
  return found.length === 1 && only !== undefined && isPlainAddress(`${only.local}@${only.domain}`);
}

/** Answers the sender once in a while (RFC 5230, RFC 6131). Does not touch the implicit keep. */
export const vacation: CommandShape = {
  name: 'vacation',
  requires: 'vacation',
  rfc: '5230',
  tags: {
    days: { value: 'number', group: 'period' },
    seconds: { value: 'number', group: 'period', requires: 'vacation-seconds' },
    subject: { value: 'string' },
    from: { value: 'string' },
    addresses: { value: 'strings' },
    mime: {},
    handle: { value: 'string' },
  },
  positional: ['string'],
  prepare(args, { limits }) {
    const { min, max, standard } = limits.vacationSeconds;
    const days = args.number('days');
    const asked = args.number('seconds') ?? (days === null ? standard : Math.max(1, days) * day);
    // RFC 6131 §2: zero seconds is allowed and answers every message.
    const seconds = args.has('seconds') && asked === 0 ? 0 : Math.min(max, Math.max(min, asked));
    const from = args.text('from');
    if (from?.kind === 'constant' && !isSender(from.value))
      throw new SieveProblem('bad_address', from.at, { address: excerpt(from.value) });
    return run => {
      if (run.actions.some(action => action.kind === 'vacation'))
        run.fail('run_conflict', args.at, { action: 'vacation', other: 'vacation' });
      if (run.actions.some(action => action.kind === 'reject'))
        run.fail('run_conflict', args.at, { action: 'vacation', other: 'reject' });
      const optional = (tag: string): string | null => {
        const text = args.text(tag);
        return text === null ? null : run.text(text);
      };
      const sender = optional('from');
      if (sender !== null && !isSender(sender))
        run.fail('bad_address', args.placeOf('from'), { address: excerpt(sender) });
      run.act(
        {
          kind: 'vacation',
          seconds,
          subject: optional('subject'),
          from: sender,
          addresses: run.texts(args.texts('addresses').slice(0, mostAddresses)),
          mime: args.has('mime'),
          handle: optional('handle'),
          reason: run.text(args.required(0)),
        },
        args.at,
        true,
      );
    };
  },
};
