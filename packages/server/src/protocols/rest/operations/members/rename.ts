import { Type } from 'typebox';
import { renameMembers } from '../../../../directory/members/rename.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';

export const membersRename: Operation = defineOperation({
  id: 'members.rename',
  method: 'POST',
  path: '/members/rename',
  status: 200,
  tag: 'Members',
  function: 'members',
  summary: 'Gives members other addresses, all or none, as the policy allows (DIR-08, DIR-14, DIR-15)',
  body: object({
    renames: Type.Array(
      object({
        id: identifier('Member'),
        address: Type.String({ minLength: 3, maxLength: 320 }),
        keepOld: Type.Boolean({ description: 'The old address stays as an alias' }),
      }),
      { maxItems: 1_000 },
    ),
  }),
  response: object({ addresses: Type.Array(Type.String()) }),
  async run(ctx, call) {
    const renames = call.body.renames.map(({ id, ...rest }) => ({ accountId: id, ...rest }));
    return { addresses: await renameMembers(ctx.directory, call.scope, renames) };
  },
});
