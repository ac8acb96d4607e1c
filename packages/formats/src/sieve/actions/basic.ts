import { flagsForAction } from '../execution/flags.ts';
import type { CommandShape } from '../language/shape.ts';

/** Files into the inbox (RFC 5228 §4.3). */
export const keep: CommandShape = {
  name: 'keep',
  requires: null,
  rfc: '5228 §4.3',
  tags: { flags: { value: 'strings', requires: 'imap4flags' } },
  prepare: args => run =>
    run.act({ kind: 'keep', flags: flagsForAction(run, args), edited: run.message.edited }, args.at),
};

/** Drops the message unless another action keeps it (RFC 5228 §4.4). */
export const discard: CommandShape = {
  name: 'discard',
  requires: null,
  rfc: '5228 §4.4',
  prepare: args => run => run.act({ kind: 'discard' }, args.at),
};

/** Ends the script; the implicit keep is done if it still holds (RFC 5228 §3.3). */
export const stop: CommandShape = {
  name: 'stop',
  requires: null,
  rfc: '5228 §3.3',
  prepare: () => run => {
    run.halt = 'stop';
  },
};

/** Ends the script with an error of its own (RFC 5463 §5). */
export const error: CommandShape = {
  name: 'error',
  requires: 'ihave',
  rfc: '5463 §5',
  positional: ['string'],
  prepare: args => run =>
    run.fail('run_error', args.at, { message: run.text(args.required(0)).slice(0, 500) }),
};
