import { getMember } from '../../../../directory/members/list.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { memberAnswer, memberSchema } from '../../schemas/people.ts';

export const membersGet: Operation = defineOperation({
  id: 'members.get',
  method: 'GET',
  path: '/members/{accountId}',
  tag: 'Members',
  function: 'members',
  summary: 'One member',
  params: object({ accountId: identifier('Member') }),
  response: memberSchema,
  run: async (ctx, call) => memberAnswer(await getMember(ctx.directory, call.scope, call.params.accountId)),
});
