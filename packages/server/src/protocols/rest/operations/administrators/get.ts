import { getAdministrator } from '../../../../directory/administrators/administrators.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { administratorAnswer, administratorSchema } from '../../schemas/administrator.ts';

export const administratorsGet: Operation = defineOperation({
  id: 'administrators.get',
  method: 'GET',
  path: '/administrators/{accountId}',
  tag: 'Administrators',
  summary: 'One administrator',
  function: 'administrators',
  params: object({ accountId: identifier('Account of the administrator') }),
  response: administratorSchema,
  run: async (ctx, call) =>
    administratorAnswer(await getAdministrator(ctx.directory, call.scope, call.params.accountId)),
});
