import { getJob } from '../../../../administration/jobs/jobs.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { jobAnswer, jobSchema } from '../../schemas/jobs.ts';

export const jobsGet: Operation = defineOperation({
  id: 'jobs.get',
  method: 'GET',
  path: '/jobs/{id}',
  tag: 'Jobs',
  function: 'any',
  summary: 'How far a job has come',
  params: object({ id: identifier('Job') }),
  response: jobSchema,
  run: async (ctx, call) => jobAnswer(await getJob(ctx.administration, call.scope, call.params.id)),
});
