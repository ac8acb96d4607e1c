import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import { type JsonObject, objectOf } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { decodePartBody, decodePartText } from '@hongyan/formats/message/content.ts';
import { notificationPart, parseNotification } from '@hongyan/formats/message/disposition/notification.ts';
import { decodeWords } from '@hongyan/formats/message/encoded-word.ts';
import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import { scanMessage } from '@hongyan/formats/message/scan.ts';
import type { Scope } from '../../../../access/scope.ts';
import { emailOfReceipt } from '../../../../mailbox/sending/receipts.ts';
import { accountIdOf } from '../../accounts.ts';
import { type Blob, findBlob, readBlob } from '../../blobs.ts';
import type { JmapContext } from '../../context.ts';
import type { Method } from '../../method.ts';
import { ownReadingScope } from '../../personal/standard.ts';
import { receiptObject } from '../../receipts/receipt.ts';

/** Blobs of one call, and octets of all of them. */
const maxBlobs = 50;
const maxOctets = 32 * 1024 * 1024;

async function parseOne(ctx: JmapContext, scope: Scope, blob: Blob): Promise<JsonObject | null> {
  const bytes = await readBlob(blob, maxOctets);
  const { root, header } = scanMessage(bytes);
  const part = notificationPart(root);
  const content = part && decodePartBody(part, bytes.subarray(part.bodyStart, part.end));
  const notification = content ? parseNotification(content) : null;
  if (!notification) return null;
  const [human, , original] = root.children;
  const isText = human?.type === 'text';
  const textBody = isText ? decodePartText(human, bytes.subarray(human.bodyStart, human.end)).text : null;
  const subject = new HeaderBlock(header).first('subject');
  const email = await emailOfReceipt(ctx.mailboxes, scope, notification.originalMessageId);
  return receiptObject(
    notification,
    {
      forEmailId: email === null ? null : printId('e', email),
      subject: subject === null ? null : decodeWords(subject).trim(),
      textBody,
    },
    original?.type === 'message',
  );
}

/** MDN/parse (RFC 9007 §2.2). */
export const mdnParse: Method = {
  name: 'MDN/parse',
  capability: Capability.Mdn,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownReadingScope(request, args);
    const blobIds = args.ids('blobIds');
    args.end();
    if (blobIds === null) throw invalidArgument('blobIds', 'missing');
    if (blobIds.length > maxBlobs) throw new MethodError('requestTooLarge');
    const parsed: [string, JsonObject][] = [];
    const notParsable: string[] = [];
    const notFound: string[] = [];
    let left = maxOctets;
    for (const id of new Set(blobIds)) {
      const blob = await findBlob(ctx, scope, id);
      if (!blob) {
        notFound.push(id);
        continue;
      }
      left -= blob.storedSize;
      const object = left < 0 ? null : await parseOne(ctx, scope, blob);
      if (object) parsed.push([id, object]);
      else notParsable.push(id);
    }
    return {
      response: {
        accountId: accountIdOf(scope),
        parsed: parsed.length > 0 ? objectOf(parsed) : null,
        notParsable: notParsable.length > 0 ? notParsable : null,
        notFound: notFound.length > 0 ? notFound : null,
      },
    };
  },
};
