import { DotDecoder } from '@hongyan/formats/smtp/dot-decoder.ts';
import type { SmtpCommand } from '../command.ts';
import { MessageSink } from '../message-sink.ts';
import type { SmtpSession } from '../session.ts';
import type { Transaction } from '../transaction.ts';

const pieceBytes = 64 * 1024;

/** Takes the message, streaming it on as it comes, and answers when it is durable. */
export const data: SmtpCommand = {
  verb: 'DATA',
  rfc: 'RFC 5321 §4.1.1.4',
  argument: 'none',
  needs: ['hello', 'transaction'],
  async run(session) {
    const { transaction } = session;
    if (transaction === null) return;
    if (transaction.options.body === 'BINARYMIME') session.say('binaryNeedsBdat');
    else if (transaction.recipients === 0) session.say('recipientsFirst');
    else await receive(session, transaction);
  },
};

async function receive(session: SmtpSession, transaction: Transaction): Promise<void> {
  const { connection, context } = session;
  const sink = new MessageSink(transaction.delivery, context.limits.discardBytes);
  const decoder = new DotDecoder();
  session.say('startMail');
  connection.setMinimumRate(context.limits.minimumRate);
  try {
    for (;;) {
      const piece = await connection.readSome(pieceBytes);
      if (typeof piece === 'string') {
        session.leave(piece);
        return;
      }
      const { data: bytes, used, done } = decoder.decode(piece);
      if (decoder.bareLineEnd !== null) sink.refuse('bareLineEnds');
      if (done) {
        if (used < piece.length) connection.unread(piece.subarray(used));
        connection.setMinimumRate(null);
        if (bytes.length > 0) await sink.write(bytes);
        await sink.finish(session);
        return;
      }
      await sink.write(bytes, used);
      if (sink.exhausted) {
        sink.answer(session);
        session.finish();
        return;
      }
    }
  } finally {
    connection.setMinimumRate(null);
    await session.endTransaction();
  }
}
