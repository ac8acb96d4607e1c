import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { answerGet, readGet } from '../../standard-get.ts';
import { quotaProperties, readQuotas } from './quotas.ts';

/** Quota/get (RFC 9425 §4.2). */
export const quotaGet: Method = {
  name: 'Quota/get',
  capability: Capability.Quota,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const wanted = readGet(ctx, args, quotaProperties);
    args.end();
    const { list, state } = await readQuotas(ctx, scope);
    return { response: { accountId: accountIdOf(scope), state, ...answerGet(list, wanted, ctx) } };
  },
};
