import { Type } from 'typebox';
import { updateMember } from '../../../../directory/members/change.ts';
import { getMember } from '../../../../directory/members/list.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { memberAnswer, memberSchema, placesOf, profileInput } from '../../schemas/people.ts';

export const membersUpdate: Operation = defineOperation({
  id: 'members.update',
  method: 'PATCH',
  path: '/members/{accountId}',
  tag: 'Members',
  function: 'members',
  summary: 'Changes a member',
  params: object({ accountId: identifier('Member') }),
  body: object({ ...profileInput, name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })) }),
  response: memberSchema,
  current: async (ctx, call) =>
    memberAnswer(await getMember(ctx.directory, call.scope, call.params.accountId)),
  async run(ctx, call) {
    const { departments, ...rest } = call.body;
    const wanted = { ...rest, ...(departments && { departments: placesOf(departments) }) };
    return memberAnswer(await updateMember(ctx.directory, call.scope, call.params.accountId, wanted));
  },
});
