import { MailError } from '../../../platform/errors.ts';
import { AuthExchange, AuthProblem } from '../auth/exchange.ts';
import { mechanismNamed } from '../auth/mechanisms.ts';
import type { SmtpCommand } from '../command.ts';
import type { SmtpSession } from '../session.ts';

/** Signs a user in. */
export const auth: SmtpCommand = {
  verb: 'AUTH',
  rfc: 'RFC 4954 §4',
  argument: 'required',
  needs: ['esmtp', 'idle'],
  async run(session, argument) {
    const { context, connection } = session;
    const [name = '', initial, ...rest] = argument.toString('latin1').split(' ');
    if (context.profile === 'mx' || context.authenticator === null) session.misbehave('notImplemented');
    else if (session.principal !== null) session.misbehave('alreadySignedIn');
    else if (!session.offersAuth) session.say('encryptionForAuth');
    else if (rest.length > 0) session.misbehave('syntax');
    else {
      const mechanism = mechanismNamed(name, connection, context.authenticator.bearer !== undefined);
      if (mechanism === null) {
        session.misbehave('mechanismUnknown');
        return;
      }
      const exchange = new AuthExchange(connection, context.limits.authLineBytes, initial ?? null);
      const attempt = {
        service: 'smtp',
        address: connection.peer.address,
        encrypted: session.secured,
        connection,
      } as const;
      try {
        session.principal = await mechanism.run({
          exchange,
          connection,
          attempt,
          authenticator: context.authenticator,
        });
        session.say('authenticated');
      } catch (error) {
        failed(session, error);
      }
    }
  },
};

function failed(session: SmtpSession, error: unknown): void {
  if (error instanceof AuthProblem) {
    if (typeof error.problem !== 'string') session.leave(error.problem.lost);
    else session.misbehave(error.problem);
    return;
  }
  session.authFailures += 1;
  session.fail(error);
  if (error instanceof MailError) {
    session.context.log.info('smtp.sign_in_failed', {
      peer: session.connection.peer.address,
      code: error.code,
    });
  }
  if (session.authFailures >= session.context.limits.authFailures) session.say('tooManyErrors');
}
