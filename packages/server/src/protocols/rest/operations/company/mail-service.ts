import { Type } from 'typebox';
import { setMailService } from '../../../../directory/company/mail-service.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { moment, nullable, object } from '../../kit/schema.ts';
import { momentOf } from '../../schemas/people.ts';

export const companyMailService: Operation = defineOperation({
  id: 'company.setMailService',
  method: 'PUT',
  path: '/company/mail-service',
  tag: 'Company',
  summary: 'Stops or starts the mail service of the company (TEN-38)',
  function: 'company',
  wholeCompany: true,
  body: object({ running: Type.Boolean() }),
  response: object({ stoppedAt: nullable(moment()) }),
  sample: { body: { running: true } },
  async run(ctx, call) {
    const at = await setMailService(ctx.directory, call.scope, call.body.running);
    return { stoppedAt: at === null ? null : momentOf(at) };
  },
});
