import {
  accountSignIn,
  endAccountSessions,
  revokeAccountPasswords,
} from '../../../../access/clients/administration.ts';
import { resetSecondFactor } from '../../../../access/second-factor/administration.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { accountSignInAnswer, accountSignInSchema } from '../../schemas/sign-in.ts';

const tag = 'Sign-in';
const account = { accountId: identifier('Member') };

export const accountSignInGet: Operation = defineOperation({
  id: 'signIn.account',
  method: 'GET',
  path: '/sign-in/accounts/{accountId}',
  tag,
  summary: 'How an account stands: mail clients, client passwords, second factor, sessions',
  function: 'signIn',
  params: object(account),
  response: accountSignInSchema,
  run: async (ctx, call) =>
    accountSignInAnswer(await accountSignIn(ctx.signIn, call.scope, call.params.accountId)),
});

export const accountEndSessions: Operation = defineOperation({
  id: 'signIn.endSessions',
  method: 'POST',
  path: '/sign-in/accounts/{accountId}/end-sessions',
  tag,
  summary: 'Signs an account out of all browsers and tokens, at once',
  function: 'signIn',
  params: object(account),
  async run(ctx, call) {
    await endAccountSessions(ctx.signIn, call.scope, call.params.accountId);
  },
});

export const accountResetSecondFactor: Operation = defineOperation({
  id: 'signIn.resetSecondFactor',
  method: 'POST',
  path: '/sign-in/accounts/{accountId}/reset-second-factor',
  tag,
  summary: 'Takes the second factor off for a member who lost it',
  function: 'signIn',
  params: object(account),
  async run(ctx, call) {
    await resetSecondFactor(ctx.signIn, call.scope, call.params.accountId);
  },
});

export const clientPasswordDelete: Operation = defineOperation({
  id: 'signIn.revokeClientPassword',
  method: 'DELETE',
  path: '/sign-in/accounts/{accountId}/client-passwords/{id}',
  tag,
  summary: 'Takes a client password back; what it opened is closed',
  function: 'signIn',
  params: object({ ...account, id: identifier('Client password') }),
  async run(ctx, call) {
    await revokeAccountPasswords(ctx.signIn, call.scope, call.params.accountId, call.params.id);
  },
});

export const clientPasswordsDelete: Operation = defineOperation({
  id: 'signIn.revokeClientPasswords',
  method: 'DELETE',
  path: '/sign-in/accounts/{accountId}/client-passwords',
  tag,
  summary: 'Takes all client passwords of an account back',
  function: 'signIn',
  params: object(account),
  async run(ctx, call) {
    await revokeAccountPasswords(ctx.signIn, call.scope, call.params.accountId, null);
  },
});
