import { listTags } from '../../../../directory/tags/tags.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { pageOfList } from '../../kit/paging.ts';
import { object, pageOf, paging } from '../../kit/schema.ts';
import { tagAnswer, tagSchema } from '../../schemas/people.ts';

export const tagsList: Operation = defineOperation({
  id: 'tags.list',
  method: 'GET',
  path: '/tags',
  tag: 'Tags',
  function: 'members',
  summary: 'All tags by name',
  query: object({ ...paging }),
  response: pageOf(tagSchema),
  run: async (ctx, call) =>
    pageOfList(ctx, (await listTags(ctx.directory, call.scope)).map(tagAnswer), call.query),
});
