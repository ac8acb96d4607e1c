import { Type } from 'typebox';
import { listAliasPage } from '../../../../directory/alias-list.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { moment, object, oneOf, pageOf, paging } from '../../kit/schema.ts';
import { momentOf, paged } from '../../schemas/paged.ts';

export const aliasesList: Operation = defineOperation({
  id: 'aliases.list',
  method: 'GET',
  path: '/aliases',
  tag: 'Members',
  function: 'aliases',
  summary: 'Aliases in reach by name, with whom they lead to (ALS-01)',
  query: object({
    ...paging,
    kind: Type.Optional(oneOf(['person', 'public'], { description: 'Of members or of public mailboxes' })),
    q: Type.Optional(
      Type.String({ maxLength: 200, description: 'In the alias, or in name or address of its owner' }),
    ),
  }),
  response: pageOf(
    object({
      address: Type.String(),
      accountId: Type.Integer(),
      kind: oneOf(['person', 'public']),
      name: Type.String(),
      primaryAddress: Type.String(),
      createdAt: moment(),
    }),
  ),
  run: async (ctx, { scope, query: { q, ...page } }) =>
    paged(
      await listAliasPage(ctx.directory, scope, { ...page, ...(q !== undefined && { search: q }) }),
      alias => ({ ...alias, createdAt: momentOf(alias.createdAt) }),
    ),
});
