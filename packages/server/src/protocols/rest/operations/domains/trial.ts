import { getDomainStatus } from '../../../../domains/status.ts';
import { addTrialDomain } from '../../../../domains/trial.ts';
import { created } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { domainAnswer, domainSchema } from '../../schemas/domain.ts';

export const domainsTrial: Operation = defineOperation({
  id: 'domains.trial',
  method: 'POST',
  path: '/domains/trial',
  tag: 'Domains',
  summary: 'Gives a company without a domain one to begin with',
  function: 'domains',
  wholeCompany: true,
  status: 201,
  response: domainSchema,
  async run(ctx, call) {
    const { name } = await addTrialDomain(ctx.domains, call.scope);
    const status = await getDomainStatus(ctx.domains, call.scope, name);
    return created(domainAnswer(status), `/domains/${name}`);
  },
});
