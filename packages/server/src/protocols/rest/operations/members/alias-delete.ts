import { Type } from 'typebox';
import { removeAlias } from '../../../../directory/aliases.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';

export const membersAliasDelete: Operation = defineOperation({
  id: 'aliases.delete',
  method: 'DELETE',
  path: '/aliases/{address}',
  tag: 'Members',
  function: 'aliases',
  summary: 'Frees an alias',
  params: object({ address: Type.String({ minLength: 3, maxLength: 320 }) }),
  run: (ctx, call) => removeAlias(ctx.directory, call.scope, call.params.address),
});
