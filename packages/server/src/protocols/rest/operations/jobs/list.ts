import { listJobs } from '../../../../administration/jobs/jobs.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object, pageOf, paging } from '../../kit/schema.ts';
import { jobAnswer, jobSchema } from '../../schemas/jobs.ts';
import { pageAnswer } from '../../schemas/people.ts';

export const jobsList: Operation = defineOperation({
  id: 'jobs.list',
  method: 'GET',
  path: '/jobs',
  tag: 'Jobs',
  function: 'any',
  summary: 'Long work, newest first',
  query: object({ ...paging }),
  response: pageOf(jobSchema),
  run: async (ctx, call) => pageAnswer(await listJobs(ctx.administration, call.scope, call.query), jobAnswer),
});
