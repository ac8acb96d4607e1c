import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import { type JsonObject, objectOf } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import { findBlob } from '../../blobs.ts';
import type { Method } from '../../method.ts';

/** Types that blobs are looked up in (RFC 9404 §3.1 `supportedTypeNames`). */
export const lookupTypes: readonly string[] = ['Mailbox', 'Thread', 'Email'];

/** Blob/lookup (RFC 9404 §4.3). */
export const blobLookup: Method = {
  name: 'Blob/lookup',
  capability: Capability.Blob,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const typeNames = args.strings('typeNames');
    const ids = args.ids('ids');
    args.end();
    if (typeNames === null || ids === null) throw invalidArgument('ids', 'missing');
    if (!typeNames.every(name => lookupTypes.includes(name))) throw new MethodError('unknownDataType');
    if (ids.length > ctx.limits.maxObjectsInGet) throw new MethodError('requestTooLarge');
    const list: JsonObject[] = [];
    const notFound: string[] = [];
    for (const id of new Set(ids)) {
      const blob = await findBlob(ctx, scope, id);
      if (!blob) {
        notFound.push(id);
        continue;
      }
      const { email } = blob;
      const matched: Readonly<Record<string, readonly string[]>> = {
        Mailbox: email?.mailboxes.map(box => printId('m', box)) ?? [],
        Thread: email ? [printId('t', email.threadId)] : [],
        Email: email ? [printId('e', email.id)] : [],
      };
      list.push({ id, matchedIds: objectOf(typeNames.map(name => [name, matched[name] ?? []] as const)) });
    }
    return { response: { accountId: accountIdOf(scope), list, notFound } };
  },
};
