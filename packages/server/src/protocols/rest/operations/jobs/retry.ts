import { retryJob } from '../../../../administration/jobs/jobs.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { jobAnswer, jobSchema } from '../../schemas/jobs.ts';

export const jobsRetry: Operation = defineOperation({
  id: 'jobs.retry',
  method: 'POST',
  path: '/jobs/{id}/retry',
  tag: 'Jobs',
  function: 'any',
  summary: 'Goes on with a job that failed or was stopped',
  params: object({ id: identifier('Job') }),
  response: jobSchema,
  run: async (ctx, call) => jobAnswer(await retryJob(ctx.administration, call.scope, call.params.id)),
});
