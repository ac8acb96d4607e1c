import { Type } from 'typebox';
import { resetPassword } from '../../../../directory/members/password.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';

export const membersPassword: Operation = defineOperation({
  id: 'members.setPassword',
  method: 'PUT',
  path: '/members/{accountId}/password',
  tag: 'Members',
  function: 'members',
  summary: 'Gives a member a new password',
  params: object({ accountId: identifier('Member') }),
  body: object({ password: Type.String({ minLength: 1, maxLength: 1_024 }) }),
  sample: { body: { password: 'flying wild geese' } },
  run: (ctx, call) =>
    resetPassword(ctx.directory, ctx.passwords, call.scope, call.params.accountId, call.body.password),
});
