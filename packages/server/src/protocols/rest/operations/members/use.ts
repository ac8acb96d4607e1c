import { Type } from 'typebox';
import { lastSignIn } from '../../../../access/sign-in-history.ts';
import { mailboxUse } from '../../../../administration/mailbox-use.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, moment, nullable, object } from '../../kit/schema.ts';
import { momentOf } from '../../schemas/people.ts';

/** Each of them is a mailbox to look into. */
const most = 100;

export const memberUse: Operation = defineOperation({
  id: 'members.use',
  method: 'GET',
  path: '/member-use',
  tag: 'Members',
  function: 'members',
  summary: 'What some members use of their space, and when they last signed in',
  query: object({
    member: Type.Array(identifier('Member in reach; others are left out'), { minItems: 1, maxItems: most }),
  }),
  response: object({
    items: Type.Array(
      object({
        id: Type.Integer(),
        usedBytes: Type.Integer(),
        messages: Type.Integer(),
        lastSignInAt: nullable(moment('Null: not within the time that sign-ins are kept')),
      }),
    ),
  }),
  async run(ctx, { scope, query }) {
    await ctx.signIn.records.flush();
    const items = [];
    for (const use of await mailboxUse(ctx.administration, scope, query.member)) {
      const at = await lastSignIn(ctx.signIn, scope, use.accountId);
      items.push({
        id: use.accountId,
        usedBytes: use.usedBytes,
        messages: use.messages,
        lastSignInAt: at === null ? null : momentOf(at),
      });
    }
    return { items };
  },
});
