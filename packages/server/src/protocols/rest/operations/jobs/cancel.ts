import { cancelJob } from '../../../../administration/jobs/jobs.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { jobAnswer, jobSchema } from '../../schemas/jobs.ts';

export const jobsCancel: Operation = defineOperation({
  id: 'jobs.cancel',
  method: 'POST',
  path: '/jobs/{id}/cancel',
  tag: 'Jobs',
  function: 'any',
  summary: 'Stops a job; what it did stays',
  params: object({ id: identifier('Job') }),
  response: jobSchema,
  run: async (ctx, call) => jobAnswer(await cancelJob(ctx.administration, call.scope, call.params.id)),
});
