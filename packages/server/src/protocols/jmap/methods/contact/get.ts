import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import type { Scope } from '../../../../access/scope.ts';
import { colleaguesById } from '../../../../personal/contacts/colleagues.ts';
import { cardKind } from '../../../../personal/contacts/kinds.ts';
import { printObjectId } from '../../../../personal/objects/kind.ts';
import { listObjects } from '../../../../personal/objects/read.ts';
import { accountIdOf } from '../../accounts.ts';
import type { JmapContext } from '../../context.ts';
import type { Method } from '../../method.ts';
import { objectOfStored, ownReadingScope } from '../../personal/standard.ts';
import { answerGet, readGet } from '../../standard-get.ts';
import { printState } from '../../states.ts';

/** What is asked for among the company's cards, in the order of what there is. */
async function companyCards(
  ctx: JmapContext,
  scope: Scope,
  ids: readonly string[] | null,
): Promise<JsonObject[]> {
  if (ids === null) return [];
  const outside = ids.filter(id => id.startsWith('o'));
  const others = outside.length > 0 ? ((await ctx.personal.outside?.get(scope, outside)) ?? []) : [];
  return [...(await colleaguesById(ctx.personal, scope, ids)), ...others];
}

/** ContactCard/get (RFC 9610 §3.1); without ids: one's own cards. */
export const contactCardGet: Method = {
  name: 'ContactCard/get',
  capability: Capability.Contacts,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownReadingScope(request, args);
    const wanted = readGet(ctx, args, () => true);
    args.end();
    const { point, list } = await listObjects(ctx.personal, scope, 'card');
    const ids = wanted.ids === null ? null : new Set(wanted.ids);
    const own = list.filter(one => ids?.has(printObjectId(cardKind, one.id)) ?? true);
    const objects = [
      ...own.map(one => objectOfStored(cardKind, one)),
      ...(await companyCards(ctx, scope, wanted.ids)),
    ];
    const answer = answerGet(objects, wanted, ctx);
    return { response: { accountId: accountIdOf(scope), state: printState(point), ...answer } };
  },
};
