import { listAdministrators } from '../../../../directory/administrators/administrators.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { pageOfList } from '../../kit/paging.ts';
import { object, pageOf, paging } from '../../kit/schema.ts';
import { administratorAnswer, administratorSchema } from '../../schemas/administrator.ts';

export const administratorsList: Operation = defineOperation({
  id: 'administrators.list',
  method: 'GET',
  path: '/administrators',
  tag: 'Administrators',
  summary: 'Administrators: the owner, super administrators, scoped administrators',
  function: 'administrators',
  query: object({ ...paging }),
  response: pageOf(administratorSchema),
  async run(ctx, call) {
    const all = await listAdministrators(ctx.directory, call.scope);
    return pageOfList(ctx, all.map(administratorAnswer), call.query);
  },
});
