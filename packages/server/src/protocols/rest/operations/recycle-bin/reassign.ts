import { Type } from 'typebox';
import { startCopy } from '../../../../administration/mail-copy/start-copy.ts';
import { reassignAddresses } from '../../../../directory/recycle-bin/reassign.ts';
import { accepted } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';

export const recycleBinReassign: Operation = defineOperation({
  id: 'recycleBin.reassign',
  method: 'POST',
  path: '/recycle-bin/{accountId}/reassign',
  status: 202,
  tag: 'Recycle bin',
  function: 'recycleBin',
  summary: 'Gives addresses and mail to another account (RCY-03, MBX-08)',
  params: object({ accountId: identifier('Account') }),
  body: object({ to: identifier('Account') }),
  response: object({ addresses: Type.Array(Type.String()), job: Type.Integer() }),
  async run(ctx, call) {
    const addresses = await reassignAddresses(ctx.directory, call.scope, call.params.accountId, call.body.to);
    const job = await startCopy(ctx.administration, call.scope, {
      from: call.params.accountId,
      to: call.body.to,
    });
    return accepted({ addresses, job: job.jobId }, `/jobs/${job.jobId}`);
  },
});
