import { Type } from 'typebox';
import { listMembers } from '../../../../directory/members/list.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object, oneOf, pageOf, paging } from '../../kit/schema.ts';
import { memberAnswer, memberSchema, pageAnswer } from '../../schemas/people.ts';

export const membersList: Operation = defineOperation({
  id: 'members.list',
  method: 'GET',
  path: '/members',
  tag: 'Members',
  function: 'members',
  summary: 'Members in reach by pinyin (DIR-02)',
  query: object({
    ...paging,
    q: Type.Optional(
      Type.String({
        maxLength: 100,
        description: 'Stands in name, pinyin, initials, address, user id, mobile or employee number',
      }),
    ),
    department: Type.Optional(identifier('Members of this department and below')),
    directOnly: Type.Optional(Type.Boolean({ description: 'With `department`: only directly in it' })),
    state: Type.Optional(oneOf(['enabled', 'disabled'])),
    vip: Type.Optional(Type.Boolean()),
    tag: Type.Optional(identifier('Tag')),
    role: Type.Optional(oneOf(['member', 'administrator'])),
    secondFactor: Type.Optional(Type.Boolean({ description: 'Whether a second factor is on' })),
    activated: Type.Optional(Type.Boolean({ description: 'Whether there is a password' })),
  }),
  response: pageOf(memberSchema),
  async run(ctx, call) {
    const { q, department, tag, ...rest } = call.query;
    const query = {
      ...rest,
      ...(q !== undefined && { text: q }),
      ...(department !== undefined && { departmentId: department }),
      ...(tag !== undefined && { tagId: tag }),
    };
    return pageAnswer(await listMembers(ctx.directory, call.scope, query), memberAnswer);
  },
});
