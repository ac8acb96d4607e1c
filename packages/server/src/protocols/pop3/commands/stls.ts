import { defineCommand, noArgument, type Pop3Command } from '../command.ts';

/** Turns TLS on. Everything before it is forgotten, and what was sent along with it is dropped unread. */
export const stls: Pop3Command = defineCommand({
  keyword: 'STLS',
  states: ['authorization'],
  rfc: ['2595 §4'],
  parse: noArgument,
  async run(session) {
    const { connection, services } = session;
    if (connection.tls !== null) return session.say('tls_active');
    if (services.tls === null) return session.say('tls_unavailable');
    const goAhead = session.line('begin_tls');
    session.forget();
    const info = await connection.startTls(services.tls, goAhead, services.limits.tlsHandshakeMs);
    if (info === null) session.end();
  },
});
