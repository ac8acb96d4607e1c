import { parseBdatArgument } from '@hongyan/formats/smtp/command.ts';
import type { SmtpCommand } from '../command.ts';
import { type ReplyName, replies } from '../replies.ts';
import type { SmtpSession } from '../session.ts';
import type { Transaction } from '../transaction.ts';

const pieceBytes = 64 * 1024;

/** Takes one chunk of the message. Its bytes follow at once, so they are read whatever the answer will be. */
export const bdat: SmtpCommand = {
  verb: 'BDAT',
  rfc: 'RFC 3030 §2',
  argument: 'required',
  needs: [],
  async run(session, argument) {
    const chunk = parseBdatArgument(argument);
    if (chunk === null) {
      // Without a size nobody knows where the next command begins.
      session.say('syntax');
      session.finish();
      return;
    }
    const { transaction } = session;
    const objection = objectionTo(session, transaction);
    if (transaction === null || objection !== null) {
      await refuse(session, chunk.size, objection ?? 'mailFirst');
    } else if (await receive(session, transaction, chunk.size)) {
      await conclude(session, transaction, chunk.last);
    } else await session.endTransaction();
  },
};

function objectionTo(session: SmtpSession, transaction: Transaction | null): ReplyName | null {
  if (session.helo === null) return 'helloFirst';
  if (transaction === null) return 'mailFirst';
  if (transaction.recipients === 0) return 'recipientsFirst';
  return transaction.chunks?.sink.refused === true ? 'chunkingFailed' : null;
}

/** Reads over a chunk that nobody wants, to stay in step, unless it is so big that hanging up is cheaper. */
async function refuse(session: SmtpSession, size: number, name: ReplyName): Promise<void> {
  const { connection, context } = session;
  let left = size;
  connection.setMinimumRate(context.limits.minimumRate);
  while (left > 0 && size <= context.limits.discardBytes) {
    const piece = await connection.readSome(Math.min(left, pieceBytes));
    if (typeof piece === 'string') {
      session.leave(piece);
      return;
    }
    left -= piece.length;
  }
  connection.setMinimumRate(null);
  session.misbehave(name);
  if (left > 0) session.finish();
}

/** Hands a chunk on. False when the connection ended on the way. */
async function receive(session: SmtpSession, transaction: Transaction, size: number): Promise<boolean> {
  const { connection, context } = session;
  const { sink, scanner } = transaction.startChunks(context.limits.discardBytes);
  connection.setMinimumRate(context.limits.minimumRate);
  for (let left = size; left > 0; ) {
    const piece = await connection.readSome(Math.min(left, pieceBytes));
    if (typeof piece === 'string') {
      session.leave(piece);
      return false;
    }
    left -= piece.length;
    if (transaction.options.body !== 'BINARYMIME') scanner.scan(piece);
    if (scanner.found) sink.refuse('bareLineEnds');
    await sink.write(piece);
    if (sink.exhausted) {
      sink.answer(session);
      session.finish();
      return false;
    }
  }
  connection.setMinimumRate(null);
  return true;
}

async function conclude(session: SmtpSession, transaction: Transaction, last: boolean): Promise<void> {
  const { sink, scanner } = transaction.startChunks(session.context.limits.discardBytes);
  if (!last) {
    if (sink.refused) sink.answer(session);
    else session.reply(replies.chunkOk);
    return;
  }
  try {
    scanner.finish();
    if (scanner.found) sink.refuse('bareLineEnds');
    await sink.finish(session);
  } finally {
    await session.endTransaction();
  }
}
