import { Type } from 'typebox';
import { moveAlias } from '../../../../directory/recycle-bin/reassign.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';

export const membersAliasMove: Operation = defineOperation({
  id: 'aliases.move',
  method: 'POST',
  path: '/aliases/{address}/move',
  tag: 'Members',
  function: 'aliases',
  summary: 'Gives an alias to another account (MBX-08)',
  params: object({ address: Type.String({ minLength: 3, maxLength: 320 }) }),
  body: object({ to: identifier('Account') }),
  run: (ctx, call) => moveAlias(ctx.directory, call.scope, call.params.address, call.body.to),
});
