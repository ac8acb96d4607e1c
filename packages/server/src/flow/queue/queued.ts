import type { AccountId } from '../../platform/ids.ts';
import type { NewRecipient, RecipientDetails, SpoolMessage } from '../../store/spool/types.ts';
import type { Expansion, Recipient } from '../intake/recipients.ts';
import type { ScanScores, Screening } from '../screen.ts';
import type { Origin, RecipientOptions, SenderOptions } from '../types.ts';

/** What the queue remembers about where a message came from and what it needs on its way. */
export interface MessageFacts {
  readonly kind: Origin['kind'];
  /** Whether it came from one of our own people or from ourselves. */
  readonly own: boolean;
  readonly protocol: string;
  readonly peer: Origin['peer'];
  /** Whether the message has bytes above 127. */
  readonly eightBit: boolean;
  /** Whether it was given as internationalized (SMTPUTF8) and its header is (RFC 6532): the next server has to know. */
  readonly utf8Header: boolean;
  /** Whether the reverse-path was proven: SPF passed for its domain, or DKIM for an aligned one. */
  readonly senderProven: boolean;
  readonly scores: ScanScores;
  /** See `Origin.submittedFrom`. */
  readonly submittedFrom?: AccountId;
}

/** The facts of a queued message, as `origin` of its row. */
export function factsOf(message: SpoolMessage): MessageFacts {
  const stored = (message.origin ?? {}) as Partial<MessageFacts>;
  return {
    kind: stored.kind ?? 'mx',
    own: stored.own === true,
    protocol: stored.protocol ?? 'SMTP',
    peer: stored.peer ?? { address: '', port: 0, helo: null },
    eightBit: stored.eightBit !== false,
    utf8Header: stored.utf8Header === true,
    senderProven: stored.senderProven === true,
    scores: stored.scores ?? {},
    ...(stored.submittedFrom === undefined ? {} : { submittedFrom: stored.submittedFrom }),
  };
}

/** The parameters of MAIL FROM of a queued message. */
export function senderOptionsOf(message: SpoolMessage): SenderOptions {
  return message.options ?? {};
}

/** The row of a resolved recipient. */
export function recipientRow(
  recipient: Recipient,
  { junk, forged }: Pick<Screening, 'junk' | 'forged'>,
): NewRecipient {
  const { address, given, via, listId, options } = recipient;
  const local = recipient.kind === 'local';
  return {
    kind: recipient.kind,
    accountId: local ? recipient.accountId : null,
    destination: local ? address : recipient.domain,
    address,
    details: {
      ...(given === address ? {} : { original: given }),
      ...(via === null ? {} : { via }),
      ...(listId === null ? {} : { listId }),
      ...(local && recipient.detail !== null ? { detail: recipient.detail } : {}),
      ...(local && junk ? { junk } : {}),
      ...(local && forged ? { forged } : {}),
      ...optionsRow(options),
    },
  };
}

/** The row that reports the expansion of a group: its members have rows of their own (RFC 3461 §5.2.7.3 (c)). */
export function expansionRow(expansion: Expansion): NewRecipient {
  const { address, options } = expansion;
  return { kind: 'bounce', accountId: null, destination: address, address, details: optionsRow(options) };
}

/**
 * The row that reports a recipient whom the mail has reached before; nothing is delivered (RFC 5321 §6.3). A release
 * that does not know `loops` finds a delivery without a mailbox and returns it as well; as a group's own row it would
 * count as passed on.
 */
export function loopRow({ address, given, options }: Recipient): NewRecipient {
  const original = given === address ? {} : { original: given };
  const details = { ...original, loops: true, ...optionsRow(options) };
  return { kind: 'local', accountId: null, destination: address, address, details };
}

function optionsRow({ notify, orcpt }: RecipientOptions): RecipientDetails {
  return { ...(notify === undefined ? {} : { notify }), ...(orcpt === undefined ? {} : { orcpt }) };
}

/** The parameters of RCPT TO of a queued recipient. */
export function recipientOptionsOf({ notify, orcpt }: RecipientDetails): RecipientOptions {
  return { ...(notify === undefined ? {} : { notify }), ...(orcpt === undefined ? {} : { orcpt }) };
}
