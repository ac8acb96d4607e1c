import { Type } from 'typebox';
import { setVip } from '../../../../directory/members/seats.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';
import { identifiers } from '../../schemas/people.ts';

export const membersVip: Operation = defineOperation({
  id: 'members.vip',
  method: 'POST',
  path: '/members/vip',
  status: 200,
  tag: 'Members',
  function: 'members',
  summary: 'Gives VIP seats or takes them back, all or none (MBX-04)',
  body: object({
    vip: Type.Boolean(),
    members: Type.Optional(identifiers('Member')),
    departments: Type.Optional(identifiers('Department with all below')),
  }),
  response: object({ changed: Type.Array(Type.Integer()) }),
  async run(ctx, call) {
    const { vip, ...choice } = call.body;
    return { changed: await setVip(ctx.directory, call.scope, choice, vip) };
  },
});
