import { getMailbox } from '../../mailbox/list.ts';
import type { Mailbox } from '../../mailbox/types.ts';
import { isMailError, MailError } from '../../platform/errors.ts';
import { type CommandResult, no } from './command.ts';
import { type MailboxName, pathOf } from './mailbox-path.ts';
import type { Session } from './session.ts';

/** The mailbox a name stands for. Throws `mailbox.not_found`, `mailbox.name_invalid`. */
export async function findMailbox(session: Session, name: MailboxName): Promise<Mailbox> {
  const mailbox = await getMailbox(session.mail, session.scope, pathOf(name));
  if (mailbox === null) throw new MailError('mailbox.not_found');
  return mailbox;
}

/**
 * As `findMailbox`, for APPEND, COPY and MOVE: null when there is none, for which the answer is `tryCreate`
 * (RFC 9051 §6.3.12, §6.4.7).
 */
export async function findTarget(session: Session, name: MailboxName): Promise<Mailbox | null> {
  return getMailbox(session.mail, session.scope, pathOf(name));
}

/** The answer of APPEND, COPY and MOVE when their mailbox does not exist. */
export const tryCreate: CommandResult = no('TRYCREATE', 'No such mailbox');

/** Runs `work` on a mailbox that may be deleted meanwhile. */
export async function orTryCreate(work: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await work();
  } catch (error) {
    if (isMailError(error, 'mailbox.not_found')) return tryCreate;
    throw error;
  }
}
