import { Type } from 'typebox';
import { addAlias } from '../../../../directory/aliases.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';

export const membersAliasAdd: Operation = defineOperation({
  id: 'members.addAlias',
  method: 'POST',
  path: '/members/{accountId}/aliases',
  tag: 'Members',
  function: 'aliases',
  summary: 'Gives an account one more address (ALS-01)',
  params: object({ accountId: identifier('Account') }),
  body: object({ address: Type.String({ minLength: 3, maxLength: 320 }) }),
  response: object({ address: Type.String() }),
  status: 201,
  sample: { body: { address: 'another@hongyan.test' } },
  run: async (ctx, call) => ({
    address: (await addAlias(ctx.directory, call.scope, call.params.accountId, call.body.address)).address,
  }),
});
