import { getMember } from '../../../../directory/members/list.ts';
import { removeUser } from '../../../../directory/recycle-bin/remove.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';

export const membersDelete: Operation = defineOperation({
  id: 'members.delete',
  method: 'DELETE',
  path: '/members/{accountId}',
  tag: 'Members',
  function: 'members',
  summary: 'Deletes a member into the recycle bin (RCY-01)',
  params: object({ accountId: identifier('Member') }),
  async run(ctx, call) {
    await getMember(ctx.directory, call.scope, call.params.accountId);
    await removeUser(ctx.directory, call.scope, call.params.accountId);
  },
});
