import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { indexStatus } from '../../../../mailbox/searching/index-status.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { answerGet, readGet } from '../../standard-get.ts';

const properties: ReadonlySet<string> = new Set(['id', 'isAvailable', 'emailsBehind']);

/** SearchIndex/get: how far the word index of the account is (docs/api/jmap.md). One object, `singleton`. */
export const searchIndexGet: Method = {
  name: 'SearchIndex/get',
  capability: Capability.Search,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const wanted = readGet(ctx, args, properties);
    args.end();
    const { available, behind } = await indexStatus(ctx.mailboxes, scope);
    const list = [{ id: 'singleton', isAvailable: available, emailsBehind: behind }];
    const state = `${available ? 1 : 0}.${behind}`;
    return { response: { accountId: accountIdOf(scope), state, ...answerGet(list, wanted, ctx) } };
  },
};
