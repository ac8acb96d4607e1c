import { bad, type Command, defineCommand, no, noArguments } from '../../command.ts';

/** STARTTLS (RFC 9051 §6.2.1). What was sent along with it in plain is dropped by the connection. */
export const starttls: Command = defineCommand({
  name: 'STARTTLS',
  states: ['not-authenticated'],
  rfc: ['9051 §6.2.1', '3501 §6.2.1'],
  parse: noArguments,
  run: async (session, _args, { tag }) => {
    const { tls, limits } = session.services;
    if (session.connection.tls !== null) return bad('TLS is active already');
    if (session.connection.compressed) return bad('Not possible while compression is active');
    if (tls === null) return no('UNAVAILABLE', 'TLS is not available');
    session.flushOutput();
    const info = await session.connection.startTls(
      tls,
      `${tag} OK Begin TLS negotiation now\r\n`,
      limits.tlsHandshakeMs,
    );
    if (info === null) session.end();
    return null;
  },
});
