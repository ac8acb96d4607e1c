import { Type } from 'typebox';
import { setDisabled } from '../../../../directory/members/change.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';
import { identifiers } from '../../schemas/people.ts';

export const membersEnable: Operation = defineOperation({
  id: 'members.enable',
  method: 'POST',
  path: '/members/enable',
  status: 200,
  tag: 'Members',
  function: 'members',
  summary: 'Enables mailboxes, all or none (MBX-06)',
  body: object({ ids: identifiers('Member') }),
  response: object({ changed: Type.Array(Type.Integer()) }),
  run: async (ctx, call) => ({ changed: await setDisabled(ctx.directory, call.scope, call.body.ids, false) }),
});
