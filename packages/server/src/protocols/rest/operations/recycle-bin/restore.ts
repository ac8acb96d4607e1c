import { restoreAccount } from '../../../../directory/recycle-bin/restore.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { recycledAnswer, recycledSchema } from '../../schemas/jobs.ts';

export const recycleBinRestore: Operation = defineOperation({
  id: 'recycleBin.restore',
  method: 'POST',
  path: '/recycle-bin/{accountId}/restore',
  tag: 'Recycle bin',
  function: 'recycleBin',
  summary: 'Brings an account back as it was, once (RCY-06, RCY-07)',
  params: object({ accountId: identifier('Account') }),
  response: recycledSchema,
  run: async (ctx, call) =>
    recycledAnswer(await restoreAccount(ctx.directory, call.scope, call.params.accountId)),
});
