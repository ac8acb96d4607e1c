import { Type } from 'typebox';
import { suggestAddress } from '../../../../directory/members/suggest.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { nullable, object, oneOf } from '../../kit/schema.ts';

export const addressSuggestion: Operation = defineOperation({
  id: 'addresses.suggest',
  method: 'GET',
  path: '/address-suggestion',
  tag: 'Members',
  function: 'members',
  summary: 'Whether an address is free, or one made from a name by pinyin (DIR-07)',
  query: object({
    name: Type.Optional(Type.String({ maxLength: 200 })),
    local: Type.Optional(
      Type.String({ maxLength: 64, description: 'Part before the @; left out: made from the name' }),
    ),
    domain: Type.Optional(Type.String({ maxLength: 255, description: 'The primary domain when left out' })),
  }),
  response: object({
    address: Type.String({ description: 'Empty when none can be made of the name' }),
    state: oneOf(['free', 'taken', 'invalid']),
    suggestion: nullable(Type.String({ description: 'One that is free' })),
  }),
  run: (ctx, { scope, query: { name = '', local = '', domain } }) =>
    suggestAddress(ctx.directory, scope, { name, local, ...(domain !== undefined && { domain }) }),
});
