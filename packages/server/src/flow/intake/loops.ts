import { MailError } from '../../platform/errors.ts';
import type { FlowContext } from '../context.ts';
import type { Origin } from '../types.ts';
import type { HeaderFacts } from './header-facts.ts';
import type { Recipient } from './recipients.ts';

/** Recipients by whether the message reached them before. */
export interface Sorted {
  /** Those it is delivered to. */
  readonly recipients: readonly Recipient[];
  /** Those whom the sender named and whom it has reached before: the sender is told. */
  readonly returned: readonly Recipient[];
}

/**
 * Finds the recipients that the message goes round in circles to: Delivered-To names them, or the group that led to them
 * (RFC 5321 §6.3). Members of a group are left out, for they have it; who was named by the sender is returned. What a
 * signed-in person resends starts anew: only fields above their Resent- fields count (RFC 5322 §3.6.6). From other
 * servers all count, since programs that forward write such fields, too. Throws `message.loop` when nobody is left, or
 * after too many servers.
 */
export function withoutLoops(
  { limits, log }: Pick<FlowContext, 'limits' | 'log'>,
  { kind }: Origin,
  all: readonly Recipient[],
  facts: HeaderFacts,
): Sorted {
  if (facts.received > limits.maxReceived) throw new MailError('message.loop', { hops: facts.received });
  const passed = kind === 'submission' || kind === 'jmap' ? facts.deliveredSinceResent : facts.deliveredTo;
  const seen = (address: string | null): boolean => address !== null && passed.has(address.toLowerCase());
  const looping = all.filter(({ address, via }) => seen(address) || seen(via));
  if (looping.length === all.length) throw new MailError('message.loop', { recipients: looping.length });
  const returned = looping.filter(({ via }) => via === null);
  if (looping.length > 0) log.warn('flow.loop', { recipients: looping.length, returned: returned.length });
  const circling = new Set(looping);
  const fresh = all.filter(recipient => !circling.has(recipient));
  // A list's own mail keeps its name: there is at most one List-Id (RFC 2919 §3).
  const recipients = facts.hasListId ? fresh.map(recipient => ({ ...recipient, listId: null })) : fresh;
  return { recipients, returned };
}
