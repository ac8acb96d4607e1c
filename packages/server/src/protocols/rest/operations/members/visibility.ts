import { Type } from 'typebox';
import { updateMember } from '../../../../directory/members/change.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';

export const membersVisibility: Operation = defineOperation({
  id: 'members.setVisibility',
  method: 'PUT',
  path: '/members/{accountId}/visibility',
  tag: 'Members',
  function: 'directoryVisibility',
  summary: 'Hides a member from the address book, or shows the member again (DIR-09)',
  params: object({ accountId: identifier('Member') }),
  body: object({ hidden: Type.Boolean() }),
  run: async (ctx, call) => {
    await updateMember(ctx.directory, call.scope, call.params.accountId, call.body);
  },
});
