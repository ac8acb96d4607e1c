import { formatReply } from '@hongyan/formats/managesieve/writer.ts';
import { defineCommand, type ManageSieveCommand, noWords } from '../command.ts';

/** Turns TLS on and says again what the server can do; what was sent along is dropped unread (RFC 5804 §2.2). */
export const starttls: ManageSieveCommand = defineCommand({
  name: 'STARTTLS',
  signedIn: 'no',
  rfc: '5804 §2.2',
  parse: noWords,
  async run(session) {
    const { connection, services } = session;
    if (services.tls === null || !session.offersTls) return session.no('TLS is not possible now');
    const goAhead = formatReply('OK', null, 'Begin TLS now').toString('utf8');
    const secured = await connection.startTls(services.tls, goAhead, services.limits.tlsHandshakeMs);
    if (secured !== null) return session.announce('TLS is on');
    session.log.info('managesieve.tls_failed');
    return session.end();
  },
});
