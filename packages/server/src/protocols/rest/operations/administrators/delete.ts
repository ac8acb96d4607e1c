import {
  getAdministrator,
  revokeAdministration,
} from '../../../../directory/administrators/administrators.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { administratorAnswer } from '../../schemas/administrator.ts';

export const administratorsDelete: Operation = defineOperation({
  id: 'administrators.delete',
  method: 'DELETE',
  path: '/administrators/{accountId}',
  tag: 'Administrators',
  summary: 'Makes an administrator a plain member again',
  function: 'administrators',
  params: object({ accountId: identifier('Account of the administrator') }),
  current: async (ctx, call) =>
    administratorAnswer(await getAdministrator(ctx.directory, call.scope, call.params.accountId)),
  async run(ctx, call) {
    await revokeAdministration(ctx.directory, call.scope, call.params.accountId, current =>
      call.matches(administratorAnswer(current)),
    );
  },
});
