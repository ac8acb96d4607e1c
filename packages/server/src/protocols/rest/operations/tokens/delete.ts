import { revokeApiToken } from '../../../../access/api-tokens.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';

export const tokensDelete: Operation = defineOperation({
  id: 'tokens.delete',
  method: 'DELETE',
  path: '/tokens/{id}',
  tag: 'API tokens',
  summary: 'Ends a key at once',
  function: 'api',
  params: object({ id: identifier('Token') }),
  run: (ctx, call) => revokeApiToken(ctx.tokens, call.scope, call.params.id),
});
