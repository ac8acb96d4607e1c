import { listApiTokens } from '../../../../access/api-tokens.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { pageOfList } from '../../kit/paging.ts';
import { object, pageOf, paging } from '../../kit/schema.ts';
import { tokenAnswer, tokenSchema } from '../../schemas/token.ts';

export const tokensList: Operation = defineOperation({
  id: 'tokens.list',
  method: 'GET',
  path: '/tokens',
  tag: 'API tokens',
  summary: 'Keys of programs for this API',
  function: 'api',
  query: object({ ...paging }),
  response: pageOf(tokenSchema),
  run: async (ctx, call) =>
    pageOfList(ctx, (await listApiTokens(ctx.tokens, call.scope)).map(tokenAnswer), call.query),
});
