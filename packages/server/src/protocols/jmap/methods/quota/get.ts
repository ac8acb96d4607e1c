import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { getQuota } from '../../../../mailbox/quota.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { answerGet, readGet } from '../../standard-get.ts';

const properties = new Set([
  'id',
  'resourceType',
  'used',
  'hardLimit',
  'warnLimit',
  'softLimit',
  'scope',
  'name',
  'types',
  'description',
]);

const common = { scope: 'account', types: ['Email'], warnLimit: null, softLimit: null, description: null };

/** Quota/get (RFC 9425 §4.2): octets and number of emails, each only where there is a limit. */
export const quotaGet: Method = {
  name: 'Quota/get',
  capability: Capability.Quota,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const wanted = readGet(ctx, args, properties);
    args.end();
    const { usedBytes, usedCount, limitBytes, limitCount } = await getQuota(ctx.mailboxes, scope);
    const quotas: JsonObject[] = [];
    const add = (id: number, resourceType: string, used: number, hardLimit: number | null): void => {
      if (hardLimit === null) return;
      quotas.push({ ...common, id: printId('q', id), resourceType, used, hardLimit, name: resourceType });
    };
    add(1, 'octets', usedBytes, limitBytes);
    add(2, 'count', usedCount, limitCount);
    return {
      response: {
        accountId: accountIdOf(scope),
        state: [usedBytes, usedCount, limitBytes ?? '', limitCount ?? ''].join('.'),
        ...answerGet(quotas, wanted, ctx),
      },
    };
  },
};
