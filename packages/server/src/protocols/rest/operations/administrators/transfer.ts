import { transferOwnership } from '../../../../directory/administrators/administrators.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { administratorAnswer, administratorSchema } from '../../schemas/administrator.ts';

export const administratorsTransfer: Operation = defineOperation({
  id: 'administrators.transfer',
  method: 'POST',
  path: '/administrators/transfer',
  tag: 'Administrators',
  summary: 'Hands the company over to another member (TEN-34)',
  description: 'The owner becomes a super administrator.',
  function: 'administrators',
  role: 'owner',
  personOnly: true,
  body: object({ accountId: identifier('Account of the new owner') }),
  response: administratorSchema,
  status: 200,
  run: async (ctx, call) =>
    administratorAnswer(await transferOwnership(ctx.directory, call.scope, call.body.accountId)),
});
