import { Buffer } from 'node:buffer';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import type { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import type { Scope } from '../../../../access/scope.ts';
import { readEmails } from '../../../../mailbox/emails/contents.ts';
import { accountIdOf, readingScope, writingScope } from '../../accounts.ts';
import type { JmapContext } from '../../context.ts';
import { StoredSource } from '../../emails/message-source.ts';
import type { Method } from '../../method.ts';
import { postPush, readPushUrl } from '../../push/post.ts';
import { pick, readGet } from '../../standard-get.ts';
import { printState } from '../../states.ts';
import { senderCheck, unsubscribingOf } from './judge.ts';

const capability = Capability.SenderCheck;
const properties: ReadonlySet<string> = new Set(
  'id verdict spf dkim dmarc isExternal looksLike nameClaims unsubscribe'.split(' '),
);
/** Headers read in one call. */
const maxIds = 100;

async function headersOf(
  ctx: JmapContext,
  scope: Scope,
  ids: readonly string[],
): Promise<{ readonly state: string; readonly blocks: Map<string, readonly HeaderBlock[]> }> {
  const numbers = ids.flatMap(id => parseId('e', id) ?? []);
  const found = await readEmails(ctx.mailboxes, ctx.indexes, scope, numbers);
  const blocks = new Map<string, readonly HeaderBlock[]>();
  for (const content of found.emails) {
    blocks.set(printId('e', content.id), await new StoredSource(ctx.mailboxes, scope, content).headers());
  }
  return { state: printState(found.state), blocks };
}

/** SenderCheck/get: what is known of the senders of emails, by email id. */
const senderCheckGet: Method = {
  name: 'SenderCheck/get',
  capability,
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

/**
 * SenderCheck/unsubscribe: leaves the list that an email came through with one POST (RFC 8058 §3.2). The address is read
 * from the email, never from the client; the list learns neither the person's network address nor their program.
 */
const senderCheckUnsubscribe: Method = {
  name: 'SenderCheck/unsubscribe',
  capability,
  async run(request, args) {
    const { ctx } = request;
    const scope = writingScope(request, args);
    const emailId = args.requiredId('emailId');
    args.end();
    const { blocks } = await headersOf(ctx, scope, [emailId]);
    const found = blocks.get(emailId);
    if (!found) throw invalidArgument('emailId', 'not found');
    const oneClick = unsubscribingOf(found)?.oneClick ?? null;
    const url = oneClick === null ? null : readPushUrl(oneClick, ctx.push.post);
    if (url === null) throw invalidArgument('emailId', 'no one-click unsubscribing');
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const outcome = await postPush(url, type, Buffer.from('List-Unsubscribe=One-Click'), ctx.push.post);
    return {
      response: { accountId: accountIdOf(scope), emailId, host: url.host, done: outcome.kind === 'sent' },
    };
  },
};

export const senderCheckMethods: readonly Method[] = [senderCheckGet, senderCheckUnsubscribe];
