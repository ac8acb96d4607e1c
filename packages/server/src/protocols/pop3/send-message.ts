import { SurrogateHeader } from '@hongyan/formats/pop3/surrogate-header.ts';
import type { TopCutter } from '@hongyan/formats/pop3/top-cutter.ts';
import { DotEncoder } from '@hongyan/formats/smtp/dot-encoder.ts';
import type { BodySource } from '../../mailbox/body.ts';
import type { Pop3Session } from './session.ts';

/** Above so many pieces copying them together costs less than writing each. */
const manyPieces = 32;

/**
 * Sends a message, or what `cutter` leaves of it, dot-stuffed and with the end mark (RFC 1939 §3); to a
 * client that has not said UTF8 without UTF-8 in its header. `begin` gives the `+OK`
 * once the first octets are there; until then a failure is thrown and can still be answered, afterwards the connection is
 * cut, so that nobody takes half a message for a whole one.
 */
export async function sendMessage(
  session: Pop3Session,
  source: BodySource,
  cutter: TopCutter | null,
  begin: () => void,
): Promise<void> {
  const { connection, maildrop } = session;
  const encoder = new DotEncoder();
  const surrogate = session.utf8 ? null : new SurrogateHeader();
  const write = (bytes: Buffer): void => {
    const pieces = encoder.encode(cutter === null ? bytes : cutter.take(bytes));
    if (pieces.length > manyPieces) connection.write(Buffer.concat(pieces));
    else for (const piece of pieces) connection.write(piece);
  };
  let begun = false;
  try {
    for await (const chunk of maildrop.stream(source)) {
      if (!begun) begin();
      begun = true;
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      write(surrogate === null ? bytes : surrogate.take(bytes));
      await connection.flush();
      if (connection.closed) return;
      if (cutter?.done === true) break;
    }
  } catch (error) {
    if (!begun) throw error;
    session.log.error('pop3.message_broken', { error });
    connection.destroy();
    return;
  }
  if (!begun) begin();
  if (surrogate !== null) write(surrogate.finish());
  connection.write(encoder.finish());
}
