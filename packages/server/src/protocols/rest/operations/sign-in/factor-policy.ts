import { type TUnsafe, Type } from 'typebox';
import {
  type FactorPolicy,
  factorDemandLimits,
  readFactorPolicy,
  type SetFactorPolicy,
  setFactorPolicy,
} from '../../../../access/second-factor/demand.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, moment, named, nullable, object, oneOf } from '../../kit/schema.ts';
import { momentOf } from '../../schemas/paged.ts';

const targets = (what: string) => Type.Array(identifier(what), { maxItems: factorDemandLimits.targets });

const members = {
  appliesTo: oneOf(['everybody', 'administrators', 'selected', 'nobody']),
  departments: targets('Department, with all below it; counts with `selected`'),
  accounts: targets('Account; counts with `selected`'),
  graceDays: Type.Integer({
    minimum: 0,
    maximum: factorDemandLimits.maxGraceDays,
    description: 'Days after the demand, or after somebody joined, in which it may be put off',
  }),
};

type PolicyAnswer = FactorPolicy & { readonly since: string | null };

const answerSchema: TUnsafe<PolicyAnswer> = named<PolicyAnswer>('SecondFactorPolicy')(
  object({ ...members, since: nullable(moment()) }),
);

function policyAnswer(policy: SetFactorPolicy): PolicyAnswer {
  return { ...policy, since: policy.since === null ? null : momentOf(policy.since) };
}

const place = { path: '/sign-in/second-factor-policy', tag: 'Sign-in', function: 'signIn' } as const;

export const factorPolicyGet: Operation = defineOperation({
  ...place,
  id: 'signIn.secondFactorPolicy',
  method: 'GET',
  summary: 'Of whom a second factor is demanded',
  response: answerSchema,
  run: async (ctx, call) => policyAnswer(await readFactorPolicy(ctx.signIn, call.scope)),
});

export const factorPolicyPut: Operation = defineOperation({
  ...place,
  id: 'signIn.setSecondFactorPolicy',
  method: 'PUT',
  summary: 'Demands a second factor of some or all; the days of grace begin now',
  wholeCompany: true,
  body: object(members),
  response: answerSchema,
  sample: { body: { appliesTo: 'nobody', departments: [], accounts: [], graceDays: 7 } },
  run: async (ctx, call) => policyAnswer(await setFactorPolicy(ctx.signIn, call.scope, call.body)),
});
