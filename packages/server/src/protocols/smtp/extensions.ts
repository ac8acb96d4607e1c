import { mechanismsOf } from './auth/mechanisms.ts';
import type { SmtpSession } from './session.ts';

/** The EHLO keywords that are true on this connection at this moment. */
export function extensionsOf(session: SmtpSession): string[] {
  const { context, connection } = session;
  const secure = connection.tls !== null;
  const { maxMessageBytes, maxRecipients } = context.acceptor;
  const keywords = [
    'PIPELINING',
    `SIZE ${maxMessageBytes}`,
    '8BITMIME',
    'SMTPUTF8',
    'CHUNKING',
    'BINARYMIME',
    'DSN',
    'ENHANCEDSTATUSCODES',
    `LIMITS RCPTMAX=${maxRecipients} MAILMAX=${context.limits.mailsPerConnection}`,
  ];
  if (secure) keywords.push('REQUIRETLS');
  else if (context.tls !== null) keywords.push('STARTTLS');
  if (session.offersAuth) keywords.push(`AUTH ${mechanismsOf(connection, session.takesTokens).join(' ')}`);
  return keywords;
}
