import { deleteForGood } from '../../../../administration/recycle-bin/purge.ts';
import { accepted } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { jobAnswer, jobSchema } from '../../schemas/jobs.ts';

export const recycleBinDelete: Operation = defineOperation({
  id: 'recycleBin.delete',
  method: 'DELETE',
  path: '/recycle-bin/{accountId}',
  status: 202,
  tag: 'Recycle bin',
  function: 'recycleBin',
  summary: 'Deletes for good; a job frees the mail (RCY-05)',
  params: object({ accountId: identifier('Account') }),
  response: jobSchema,
  async run(ctx, call) {
    const job = jobAnswer(await deleteForGood(ctx.administration, call.scope, call.params.accountId));
    return accepted(job, `/jobs/${job.id}`);
  },
});
