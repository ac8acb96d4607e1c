import { printId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import type { Scope } from '../../../../access/scope.ts';
import { getQuota, type QuotaUse } from '../../../../mailbox/quota.ts';
import type { JmapContext } from '../../context.ts';

/** Properties of a Quota (RFC 9425 §4.1). */
export const quotaProperties: ReadonlySet<string> = new Set([
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

/** The Quota objects of an account: octets and number of emails, each only where there is a limit. */
export async function readQuotas(
  ctx: JmapContext,
  scope: Scope,
): Promise<{ readonly list: JsonObject[]; readonly state: string }> {
  const { usedBytes, usedCount, limitBytes, limitCount } = await getQuota(ctx.mailboxes, scope);
  const list: JsonObject[] = [];
  const add = (id: number, resourceType: string, used: number, hardLimit: number | null): void => {
    if (hardLimit === null) return;
    list.push({ ...common, id: printId('q', id), resourceType, used, hardLimit, name: resourceType });
  };
  add(1, 'octets', usedBytes, limitBytes);
  add(2, 'count', usedCount, limitCount);
  return { list, state: quotaState({ usedBytes, usedCount, limitBytes, limitCount }) };
}

/** The state of Quota: use and limits themselves. What an account without limits uses concerns nobody. */
export function quotaState({ usedBytes, usedCount, limitBytes, limitCount }: QuotaUse): string {
  if (limitBytes === null && limitCount === null) return 'unlimited';
  return [usedBytes, usedCount, limitBytes ?? '', limitCount ?? ''].join('.');
}
