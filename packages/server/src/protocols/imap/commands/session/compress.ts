import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { bad, type Command, defineCommand, signedIn } from '../../command.ts';

function parse(scanner: Scanner): void {
  scanner.space();
  if (!scanner.takeKeyword('DEFLATE')) scanner.fail('Unknown compression');
}

/** COMPRESS DEFLATE (RFC 4978 §3): after the answer both sides compress, inside TLS. Only after signing in. */
export const compress: Command = defineCommand({
  name: 'COMPRESS',
  states: signedIn,
  capability: ['COMPRESS=DEFLATE'],
  rfc: ['4978 §3'],
  parse,
  run: async (session, _args, { tag }) => {
    const { connection } = session;
    if (connection.compressed) return bad('Compression is active already');
    if (connection.buffered > 0) return bad('Nothing may follow COMPRESS before its answer');
    session.flushOutput();
    connection.startDeflate(`${tag} OK Compression is active\r\n`);
    return null;
  },
});
