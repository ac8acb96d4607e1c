import { Type } from 'typebox';
import { listRecycled } from '../../../../directory/recycle-bin/recycled.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object, oneOf, pageOf, paging } from '../../kit/schema.ts';
import { recycledAnswer, recycledSchema } from '../../schemas/jobs.ts';
import { pageAnswer } from '../../schemas/people.ts';

export const recycleBinList: Operation = defineOperation({
  id: 'recycleBin.list',
  method: 'GET',
  path: '/recycle-bin',
  tag: 'Recycle bin',
  function: 'recycleBin',
  summary: 'Deleted members and public mailboxes, newest first (RCY-01)',
  query: object({
    ...paging,
    kind: Type.Optional(oneOf(['person', 'public'])),
    q: Type.Optional(
      Type.String({ maxLength: 200, description: 'In name or address, or in who deleted it' }),
    ),
  }),
  response: pageOf(recycledSchema),
  run: async (ctx, { scope, query: { q, ...page } }) =>
    pageAnswer(
      await listRecycled(ctx.directory, scope, { ...page, ...(q !== undefined && { search: q }) }),
      recycledAnswer,
    ),
});
