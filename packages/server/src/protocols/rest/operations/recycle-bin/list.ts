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
  query: object({ ...paging, kind: Type.Optional(oneOf(['person', 'public'])) }),
  response: pageOf(recycledSchema),
  run: async (ctx, call) =>
    pageAnswer(await listRecycled(ctx.directory, call.scope, call.query), recycledAnswer),
});
