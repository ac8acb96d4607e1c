import { type TUnsafe, Type } from 'typebox';
import {
  maxPolicyTargets,
  readSignInPolicies,
  type SignInPolicy,
  setSignInPolicy,
} from '../../../../access/clients/policies.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, named, object, oneOf } from '../../kit/schema.ts';

const kinds = ['client-access', 'safe-sign-in'] as const;

const targets = (what: string) => Type.Array(identifier(what), { maxItems: maxPolicyTargets });

const policySchema: TUnsafe<SignInPolicy> = named<SignInPolicy>('SignInPolicy')(
  object({
    appliesTo: oneOf(['everybody', 'selected', 'nobody']),
    departments: targets('Department, with all below it; counts with `selected`'),
    accounts: targets('Account; counts with `selected`'),
  }),
);

export const signInPoliciesGet: Operation = defineOperation({
  id: 'signIn.policies',
  method: 'GET',
  path: '/sign-in/policies',
  tag: 'Sign-in',
  summary: 'Who may use mail clients (CLI-01), and who must use client passwords there (SEC-06)',
  function: 'signIn',
  response: object({ clientAccess: policySchema, safeSignIn: policySchema }),
  async run(ctx, call) {
    const policies = await readSignInPolicies(ctx.signIn, call.scope);
    return { clientAccess: policies['client-access'], safeSignIn: policies['safe-sign-in'] };
  },
});

export const signInPolicyPut: Operation = defineOperation({
  id: 'signIn.setPolicy',
  method: 'PUT',
  path: '/sign-in/policies/{kind}',
  tag: 'Sign-in',
  summary: 'Sets one of the policies; connections that it does not allow any more are closed',
  function: 'signIn',
  wholeCompany: true,
  params: object({ kind: oneOf(kinds) }),
  body: policySchema,
  response: policySchema,
  sample: {
    params: { kind: 'safe-sign-in' },
    body: { appliesTo: 'nobody', departments: [], accounts: [] },
  },
  run: (ctx, call) => setSignInPolicy(ctx.signIn, call.scope, call.params.kind, call.body),
});
