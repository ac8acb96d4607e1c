import { Type } from 'typebox';
import {
  accountSignIn,
  createMailboxPassword,
  revokeAccountPasswords,
} from '../../../../access/clients/administration.ts';
import { created } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { pageOfList } from '../../kit/paging.ts';
import { identifier, object, pageOf, paging } from '../../kit/schema.ts';
import { clientPasswordAnswer, clientPasswordSchema } from '../../schemas/sign-in.ts';

const tag = 'Public mailboxes';
const path = '/public-mailboxes/{accountId}/client-passwords';
const mailbox = { accountId: identifier('Public mailbox') };

export const mailboxPasswordsList: Operation = defineOperation({
  id: 'signIn.mailboxPasswords',
  method: 'GET',
  path,
  tag,
  summary: 'Client passwords of a public mailbox, with their last use',
  function: 'publicMailboxes',
  params: object(mailbox),
  query: object({ ...paging }),
  response: pageOf(clientPasswordSchema),
  async run(ctx, call) {
    const { clientPasswords } = await accountSignIn(ctx.signIn, call.scope, call.params.accountId);
    return pageOfList(ctx, clientPasswords.map(clientPasswordAnswer), call.query);
  },
});

export const mailboxPasswordCreate: Operation = defineOperation({
  id: 'signIn.createMailboxPassword',
  method: 'POST',
  path,
  tag,
  summary: 'Makes a client password for a public mailbox (PUB-05), shown this once',
  function: 'publicMailboxes',
  secret: true,
  params: object(mailbox),
  body: object({ name: Type.String({ minLength: 1, maxLength: 60 }) }),
  status: 201,
  response: object({ secret: Type.String(), clientPassword: clientPasswordSchema }),
  async run(ctx, call) {
    const { accountId } = call.params;
    const made = await createMailboxPassword(ctx.signIn, call.scope, accountId, call.body.name);
    const clientPassword = clientPasswordAnswer(made.clientPassword);
    return created(
      { secret: made.secret, clientPassword },
      `/public-mailboxes/${accountId}/client-passwords`,
    );
  },
});

export const mailboxPasswordDelete: Operation = defineOperation({
  id: 'signIn.revokeMailboxPassword',
  method: 'DELETE',
  path: `${path}/{id}`,
  tag,
  summary: 'Takes a client password of a public mailbox back; what it opened is closed',
  function: 'publicMailboxes',
  params: object({ ...mailbox, id: identifier('Client password') }),
  async run(ctx, call) {
    await revokeAccountPasswords(ctx.signIn, call.scope, call.params.accountId, call.params.id);
  },
});
