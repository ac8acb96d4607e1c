import { flagsForAction } from '../execution/flags.ts';
import type { CommandShape } from '../language/shape.ts';
import { excerpt, SieveProblem } from '../problem.ts';

const longestName = 1_000;

function isMailboxName(name: string): boolean {
  return name !== '' && name.length <= longestName && !/\p{Cc}/u.test(name);
}

/** Files into a mailbox (RFC 5228 §4.1, RFC 3894, RFC 5490 §3.2, RFC 8579 §5). */
export const fileinto: CommandShape = {
  name: 'fileinto',
  requires: 'fileinto',
  rfc: '5228 §4.1',
  tags: {
    copy: { requires: 'copy' },
    create: { requires: 'mailbox' },
    flags: { value: 'strings', requires: 'imap4flags' },
    specialuse: { value: 'string', requires: 'special-use' },
  },
  positional: ['string'],
  prepare(args) {
    const name = args.required(0);
    if (name.kind === 'constant' && !isMailboxName(name.value))
      throw new SieveProblem('bad_mailbox', name.at, { name: excerpt(name.value) });
    return run => {
      const mailbox = run.text(name);
      if (!isMailboxName(mailbox)) run.fail('bad_mailbox', name.at, { name: excerpt(mailbox) });
      const use = args.text('specialuse');
      run.act(
        {
          kind: 'fileinto',
          mailbox,
          create: args.has('create'),
          specialUse: use === null ? null : run.text(use),
          flags: flagsForAction(run, args),
          edited: run.message.edited,
        },
        args.at,
        args.has('copy'),
      );
    };
  },
};
