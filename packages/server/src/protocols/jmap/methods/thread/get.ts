import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { readStates } from '../../../../mailbox/emails/states.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { answerGet, readGet } from '../../standard-get.ts';
import { printState } from '../../states.ts';

/** Thread/get (RFC 8621 §3.1). */
export const threadGet: Method = {
  name: 'Thread/get',
  capability: Capability.Mail,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const wanted = readGet(ctx, args, new Set(['id', 'emailIds']));
    args.end();
    const { ids } = wanted;
    // There may be as many threads as emails: all of them at once are never asked for in earnest.
    if (ids === null) throw new MethodError('requestTooLarge', 'ids is needed');
    const found = await ctx.indexes.read(ctx.mailboxes, scope, async (index, reader) => {
      const { thread: state } = await readStates(reader, scope);
      const threads = ids.flatMap(id => {
        const emails = index.thread(parseId('t', id) ?? 0);
        return emails.length === 0 ? [] : [{ id, emailIds: emails.map(email => printId('e', email.id)) }];
      });
      return { state, threads };
    });
    return {
      response: {
        accountId: accountIdOf(scope),
        state: printState(found.state),
        ...answerGet(found.threads, wanted, ctx),
      },
    };
  },
};
