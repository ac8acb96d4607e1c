import { Type } from 'typebox';
import { startCopy } from '../../../../administration/mail-copy/start-copy.ts';
import { accepted } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { jobAnswer, jobSchema } from '../../schemas/jobs.ts';

export const mailCopiesCreate: Operation = defineOperation({
  id: 'mailCopies.create',
  method: 'POST',
  path: '/mail-copies',
  status: 202,
  tag: 'Recycle bin',
  function: 'recycleBin',
  summary: 'Copies the mail of an account, in use or in the bin, into a folder of another (MBX-07, RCY-04)',
  body: object({
    from: identifier('Account'),
    to: identifier('Account'),
    folder: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  }),
  response: jobSchema,
  async run(ctx, call) {
    const job = jobAnswer(await startCopy(ctx.administration, call.scope, call.body));
    return accepted(job, `/jobs/${job.id}`);
  },
});
