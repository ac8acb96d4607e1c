import { printBlobId } from '@hongyan/formats/jmap/blob-id.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { SetError } from '@hongyan/formats/jmap/method-error.ts';
import { parseDate } from '@hongyan/formats/message/date.ts';
import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import type { MessageStructure } from '@hongyan/formats/message/part.ts';
import { MessageScanner } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import type { Scope } from '../../../access/scope.ts';
import { fileEmail } from '../../../mailbox/emails/file-email.ts';
import type { FlagSet, MailboxId } from '../../../mailbox/types.ts';
import { MailError } from '../../../platform/errors.ts';
import type { JmapContext } from '../context.ts';

export interface Filing {
  readonly mailboxes: readonly MailboxId[];
  readonly flags: FlagSet;
  /** Null: what the message's own Received fields say, or now. */
  readonly receivedAt: number | null;
  /** Refuse what does not begin with a header field (`invalidEmail`). */
  readonly strict: boolean;
}

/** Stores a message from chunks and files it; returns the properties that the server sets (RFC 8621 §4.6, §4.8). */
export async function fileMessageBytes(
  ctx: JmapContext,
  scope: Scope,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  filing: Filing,
): Promise<JsonObject> {
  const { mailboxes } = ctx;
  const max = mailboxes.limits.maxMessageBytes;
  const scanner = new MessageScanner();
  await using writer = mailboxes.blobs.create(scope.tenantId);
  for await (const chunk of chunks) {
    if (writer.size + chunk.length > max) throw new MailError('message.too_large', { max });
    scanner.push(chunk);
    await writer.write(chunk);
  }
  const structure = scanner.finish();
  if (filing.strict && new HeaderBlock(structure.header).fields.length === 0) {
    throw new SetError('invalidEmail', 'no header');
  }
  const blob = await writer.seal();
  const filed = await fileEmail(mailboxes, scope, filing.mailboxes, {
    blob,
    summary: summarise(structure),
    prefix: new Uint8Array(0),
    flags: filing.flags,
    receivedAt: filing.receivedAt ?? receivedIn(structure) ?? ctx.clock.now(),
  });
  return {
    id: printId('e', filed.id),
    blobId: printBlobId({ kind: 'message', messageId: filed.id, hash: blob.hash, part: null }),
    threadId: printId('t', filed.threadId),
    size: filed.size,
  };
}

/** Date of the newest Received field, ms since the epoch. */
function receivedIn(structure: MessageStructure): number | null {
  const received = new HeaderBlock(structure.header).first('received');
  const semicolon = received?.lastIndexOf(';') ?? -1;
  if (!received || semicolon < 0) return null;
  return parseDate(received.slice(semicolon + 1))?.ms ?? null;
}
