import { Type } from 'typebox';
import { checkClaim, claimDomain, dropClaim, listClaims } from '../../../../domains/claims/claims.ts';
import { created } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';
import { claimAnswer, claimSchema, domainName } from '../../schemas/domain.ts';

const claimsList: Operation = defineOperation({
  id: 'domainClaims.list',
  method: 'GET',
  path: '/domain-claims',
  tag: 'Domains',
  summary: 'Claims on domains that other companies use',
  function: 'domains',
  response: object({ items: Type.Array(claimSchema) }),
  run: async (ctx, call) => ({ items: (await listClaims(ctx.domains, call.scope)).map(claimAnswer) }),
});

const claimsAdd: Operation = defineOperation({
  id: 'domainClaims.add',
  method: 'POST',
  path: '/domain-claims',
  tag: 'Domains',
  summary: 'Claims a domain that another company uses',
  description:
    'The answer holds the record that proves ownership. After the proof the other company has seven days; then the domain changes hands.',
  function: 'domains',
  wholeCompany: true,
  body: object({ domain: domainName }),
  response: claimSchema,
  sample: { body: { domain: 'sample-domain.test' } },
  async run(ctx, call) {
    const claim = await claimDomain(ctx.domains, call.scope, call.body.domain);
    return created(claimAnswer(claim), `/domain-claims/${claim.name}`);
  },
});

const claimsCheck: Operation = defineOperation({
  id: 'domainClaims.check',
  method: 'POST',
  path: '/domain-claims/{name}/check',
  tag: 'Domains',
  summary: 'Looks for the proof of a claim now',
  function: 'domains',
  wholeCompany: true,
  params: object({ name: domainName }),
  response: claimSchema,
  run: async (ctx, call) => claimAnswer(await checkClaim(ctx.domains, call.scope, call.params.name)),
});

const claimsRemove: Operation = defineOperation({
  id: 'domainClaims.remove',
  method: 'DELETE',
  path: '/domain-claims/{name}',
  tag: 'Domains',
  summary: 'Gives a claim up',
  function: 'domains',
  wholeCompany: true,
  params: object({ name: domainName }),
  run: (ctx, call) => dropClaim(ctx.domains, call.scope, call.params.name),
});

export const domainClaimOperations: readonly Operation[] = [claimsList, claimsAdd, claimsCheck, claimsRemove];
