import { Type } from 'typebox';
import { listGroupPage } from '../../../../directory/groups/groups.ts';
import { postings } from '../../../../directory/groups/types.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object, oneOf, pageOf, paging } from '../../kit/schema.ts';
import { paged } from '../../schemas/paged.ts';
import { groupSummarySchema, summaryAnswer } from './schema.ts';

export const groupsList: Operation = defineOperation({
  id: 'groups.list',
  method: 'GET',
  path: '/groups',
  tag: 'Groups',
  summary: 'Mail groups, oldest first',
  function: 'groups',
  query: object({
    ...paging,
    posting: Type.Optional(oneOf(postings, { description: 'Who may send' })),
    q: Type.Optional(Type.String({ maxLength: 200, description: 'In name or address' })),
  }),
  response: pageOf(groupSummarySchema),
  run: async (ctx, { scope, query: { q, ...page } }) =>
    paged(
      await listGroupPage(ctx.directory, scope, { ...page, ...(q !== undefined && { search: q }) }),
      summaryAnswer,
    ),
});
