import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { type JsonObject, objectOf } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import { scanMessage } from '@hongyan/formats/message/scan.ts';
import { makePreview } from '@hongyan/formats/message/text/preview.ts';
import type { Scope } from '../../../../access/scope.ts';
import { storeUpload } from '../../../../mailbox/emails/uploads.ts';
import { isMailError } from '../../../../platform/errors.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import { type Blob, findBlob, readBlob, uploadBlobId } from '../../blobs.ts';
import type { JmapContext } from '../../context.ts';
import { parsedEmailObject } from '../../emails/email-object.ts';
import { ParsedSource } from '../../emails/parsed-source.ts';
import { type EmailPlan, isEmailProperty, parseDefaults, readPlan } from '../../emails/plan.ts';
import type { Method } from '../../method.ts';

/** Messages that are parsed in one call, and octets of all of them. */
const maxBlobs = 50;
const maxOctets = 64 * 1024 * 1024;

/**
 * A blob that has the bytes as they are, so that ids of its parts can name ranges of it: what is encoded inside a message is
 * kept decoded as an upload. The blob itself where the caller may not bring uploads.
 */
async function plainBlob(ctx: JmapContext, scope: Scope, blob: Blob, bytes: Uint8Array): Promise<Blob> {
  if (blob.encoding === 'none' || !scope.rights.write || scope.folders === 'shared') return blob;
  async function* once(): AsyncGenerator<Uint8Array, void, undefined> {
    yield bytes;
  }
  try {
    const { hash } = await storeUpload(ctx.mailboxes, scope, once(), 'message/rfc822', bytes.length);
    return (await findBlob(ctx, scope, uploadBlobId(hash))) ?? blob;
  } catch (error) {
    if (isMailError(error, 'quota.exceeded')) return blob;
    throw error;
  }
}

async function parseOne(
  ctx: JmapContext,
  scope: Scope,
  blob: Blob,
  id: string,
  plan: EmailPlan,
): Promise<JsonObject | null> {
  const bytes = await readBlob(blob, maxOctets);
  const structure = scanMessage(bytes);
  if (new HeaderBlock(structure.header).fields.length === 0) return null;
  const source = new ParsedSource(await plainBlob(ctx, scope, blob, bytes), bytes, structure);
  return parsedEmailObject(source, makePreview(structure.root), bytes.length, id, plan);
}

/** Email/parse (RFC 8621 §4.9). */
export const emailParse: Method = {
  name: 'Email/parse',
  capability: Capability.Mail,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const blobIds = args.ids('blobIds');
    if (blobIds === null) throw invalidArgument('blobIds', 'missing');
    const properties = args.strings('properties');
    const strange = properties?.find(name => !isEmailProperty(name));
    if (strange !== undefined) throw invalidArgument('properties', `unknown: ${strange.slice(0, 100)}`);
    const plan = readPlan(args, properties ?? parseDefaults);
    args.end();
    if (blobIds.length > maxBlobs) throw new MethodError('requestTooLarge');
    const parsed: [string, JsonObject][] = [];
    const notParsable: string[] = [];
    const notFound: string[] = [];
    let left = maxOctets;
    for (const id of new Set(blobIds)) {
      const blob = await findBlob(ctx, scope, id);
      if (!blob) notFound.push(id);
      else if (blob.storedSize > left) notParsable.push(id);
      else {
        left -= blob.storedSize;
        const object = await parseOne(ctx, scope, blob, id, plan);
        if (object) parsed.push([id, object]);
        else notParsable.push(id);
      }
    }
    return {
      response: {
        accountId: accountIdOf(scope),
        parsed: parsed.length === 0 ? null : objectOf(parsed),
        notParsable: notParsable.length === 0 ? null : notParsable,
        notFound: notFound.length === 0 ? null : notFound,
      },
    };
  },
};
