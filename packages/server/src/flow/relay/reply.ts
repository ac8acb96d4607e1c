import { longestReplyLine, ReplyParser } from '@hongyan/formats/smtp/reply.ts';
import { withoutLineEnd } from '../../platform/net/input-buffer.ts';
import type { RemoteReply } from '../outcome.ts';
import { type Wire, WireError } from './wire.ts';

/** Reads one reply, all its lines (RFC 5321 §4.2.1, RFC 2034). Throws `WireError`. */
export async function readReply(wire: Wire, timeoutMs: number): Promise<RemoteReply> {
  const parser = new ReplyParser();
  for (;;) {
    const line = await wire.line(longestReplyLine + 2, timeoutMs);
    const reply = parser.line(withoutLineEnd(line));
    if (reply === 'invalid') {
      throw new WireError('protocol', 'the server sent something that is not an SMTP reply');
    }
    if (reply !== 'more') return reply;
  }
}
