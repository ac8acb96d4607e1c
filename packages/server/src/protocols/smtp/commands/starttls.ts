import type { SmtpCommand } from '../command.ts';
import { replies } from '../replies.ts';

/** Turns TLS on. Everything before it is forgotten, and commands sent along with it are dropped unread. */
export const starttls: SmtpCommand = {
  verb: 'STARTTLS',
  rfc: 'RFC 3207 §4',
  argument: 'none',
  needs: ['esmtp'],
  async run(session) {
    const { context, connection } = session;
    if (connection.tls !== null) {
      session.say('alreadySecured');
      return;
    }
    if (context.tls === null) {
      session.say('notImplemented');
      return;
    }
    await session.forget();
    const secured = await connection.startTls(
      context.tls,
      replies.readyForTls.text,
      context.limits.handshakeMs,
    );
    if (secured === null) {
      context.log.info('smtp.tls_failed', { peer: connection.peer.address });
      session.finish();
    }
  },
};
