import { ownScope, type Principal } from '../../../access/scope.ts';
import { isMailError } from '../../../platform/errors.ts';
import { type CommandResult, no, ok } from '../command.ts';
import { resultOfError } from '../mail-error.ts';
import type { Session } from '../session.ts';

type Person = Extract<Principal, { kind: 'account' }>;

/** The refusal where passwords may not be sent, else null (RFC 9051 §6.2.3, RFC 5530 PRIVACYREQUIRED). */
export function passwordRefused(session: Session): Promise<CommandResult> | null {
  if (session.passwordsAllowed) return null;
  return Promise.resolve(no('PRIVACYREQUIRED', 'Use TLS before you send a password'));
}

/** Lets a person in and answers with what they can do now. */
export function admit(session: Session, command: string, person: Person): CommandResult {
  session.signIn(ownScope(person));
  return ok(`${command} completed`, `CAPABILITY ${session.capabilities}`);
}

/** Answers a sign-in that failed, after a delay that grows with each. */
export async function refuse(session: Session, error: unknown): Promise<CommandResult> {
  const result = resultOfError(error);
  if (result === null) throw error;
  const guessing = isMailError(error, 'auth.failed') || isMailError(error, 'auth.too_many_attempts');
  if (guessing) await session.signInFailed();
  return result;
}

/** LOGIN and the mechanisms that send the password. */
export async function signInWithPassword(
  session: Session,
  command: string,
  login: string,
  password: string,
): Promise<CommandResult> {
  const refused = passwordRefused(session);
  if (refused !== null) return refused;
  try {
    const person = await session.services.authenticator.password(login, password, session.signInAttempt);
    return admit(session, command, person);
  } catch (error) {
    return refuse(session, error);
  }
}
