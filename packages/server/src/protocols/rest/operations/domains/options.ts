import { Type } from 'typebox';
import { changeDomainGate, domainOptions } from '../../../../domains/options.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { nullable, object } from '../../kit/schema.ts';

const optionsSchema = object({
  membersWaitForMx: Type.Boolean({
    description: 'Members are made only in domains whose MX records are live',
  }),
  trialSuffix: nullable(Type.String()),
  registrar: nullable(Type.String({ description: 'Page where a domain can be registered' })),
});

export const domainOptionsGet: Operation = defineOperation({
  id: 'domainOptions.get',
  method: 'GET',
  path: '/domain-options',
  tag: 'Domains',
  summary: 'What holds for the company’s domains',
  function: 'domains',
  response: optionsSchema,
  run: (ctx, call) => domainOptions(ctx.domains, call.scope),
});

export const domainOptionsPut: Operation = defineOperation({
  id: 'domainOptions.put',
  method: 'PUT',
  path: '/domain-options',
  tag: 'Domains',
  summary: 'Changes what holds for the company’s domains',
  function: 'domains',
  wholeCompany: true,
  body: object({ membersWaitForMx: Type.Boolean() }),
  response: optionsSchema,
  async run(ctx, call) {
    await changeDomainGate(ctx.domains, call.scope, call.body.membersWaitForMx);
    return domainOptions(ctx.domains, call.scope);
  },
});
