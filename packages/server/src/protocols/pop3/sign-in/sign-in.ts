import type { Principal } from '../../../access/scope.ts';
import { isMailError } from '../../../platform/errors.ts';
import { replyOfError } from '../error-reply.ts';
import type { Pop3Session } from '../session.ts';

/** Signs in with what `verify` finds out and answers; a wrong guess is answered after a delay that grows with each. */
export async function signIn(
  session: Pop3Session,
  verify: () => Promise<Extract<Principal, { kind: 'account' }>>,
): Promise<void> {
  let person: Extract<Principal, { kind: 'account' }>;
  try {
    person = await verify();
  } catch (error) {
    const name = replyOfError(error);
    if (name === null) throw error;
    const guessing = isMailError(error, 'auth.failed') || isMailError(error, 'auth.too_many_attempts');
    if (guessing) await session.signInFailed();
    session.say(name);
    return;
  }
  await session.admit(person);
}
