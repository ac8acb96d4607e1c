import { Type } from 'typebox';
import { addAlias } from '../../../../directory/aliases.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';

export const membersAliasAdd: Operation = defineOperation({
  id: 'members.addAlias',
  method: 'POST',
  path: '/members/{id}/aliases',
  tag: 'Members',
  function: 'aliases',
  summary: 'Gives an account one more address (ALS-01)',
  params: object({ id: identifier('Account') }),
  body: object({ address: Type.String({ minLength: 3, maxLength: 320 }) }),
  response: object({ address: Type.String() }),
  status: 201,
  sample: { body: { address: 'another@hongyan.test' } },
  run: async (ctx, call) => ({
    address: (await addAlias(ctx.directory, call.scope, call.params.id, call.body.address)).address,
  }),
});
