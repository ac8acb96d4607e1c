import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { pick, readGet } from '../../standard-get.ts';
import { headersOf } from './headers.ts';
import { senderCheck } from './judge.ts';

const properties: ReadonlySet<string> = new Set(
  'id verdict spf dkim dmarc isExternal looksLike nameClaims unsubscribe'.split(' '),
);
/** Headers read in one call. */
const maxIds = 100;

/** SenderCheck/get: what is known of the senders of emails, by email id. */
export const senderCheckGet: Method = {
  name: 'SenderCheck/get',
  capability: Capability.SenderCheck,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const wanted = readGet(ctx, args, properties);
    args.end();
    if (wanted.ids === null || wanted.ids.length > maxIds) throw new MethodError('requestTooLarge');
    const domains = (await ctx.directory.listDomains(scope)).map(({ name }) => name.toLowerCase());
    const { state, blocks } = await headersOf(ctx, scope, wanted.ids);
    const own = { hostname: ctx.hostname, domains };
    const list: JsonObject[] = [];
    const notFound: string[] = [];
    for (const id of wanted.ids) {
      const found = blocks.get(id);
      if (found) list.push(pick(senderCheck(id, found, own), wanted.properties));
      else notFound.push(id);
    }
    return { response: { accountId: accountIdOf(scope), state, list, notFound } };
  },
};
