import { Type } from 'typebox';
import { sendTestMail } from '../../../../domains/test-mail.ts';
import { accepted } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';
import { domainName } from '../../schemas/domain.ts';

export const domainsTestMail: Operation = defineOperation({
  id: 'domains.testMail',
  method: 'POST',
  path: '/domains/{name}/test-mail',
  status: 202,
  tag: 'Domains',
  summary: 'Sends a test mail from the domain’s postmaster to any address',
  description: 'What became of it is in the trace of the queue id: `GET /trace/{queueId}`.',
  function: 'domains',
  wholeCompany: true,
  params: object({ name: domainName }),
  body: object({ to: Type.String({ minLength: 3, maxLength: 320 }) }),
  response: object({ queueId: Type.String() }),
  sample: { body: { to: 'bob@hongyan.test' } },
  async run(ctx, call) {
    const wanted = { domain: call.params.name, to: call.body.to, language: call.language };
    const sent = await sendTestMail(ctx.domains, call.scope, wanted);
    return accepted(sent, `/trace/${sent.queueId}`);
  },
});
