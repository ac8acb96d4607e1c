import { Buffer } from 'node:buffer';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { invalidArgument } from '@hongyan/formats/jmap/method-error.ts';
import { accountIdOf, writingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { postPush, readPushUrl } from '../../push/post.ts';
import { headersOf } from './headers.ts';
import { unsubscribingOf } from './judge.ts';

/**
 * SenderCheck/unsubscribe: leaves the list that an email came through with one POST (RFC 8058 §3.2). The address is read
 * from the email, never from the client; the list learns neither the person's network address nor their program.
 */
export const senderCheckUnsubscribe: Method = {
  name: 'SenderCheck/unsubscribe',
  capability: Capability.SenderCheck,
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
