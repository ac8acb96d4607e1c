import { Type } from 'typebox';
import { createApiToken } from '../../../../access/api-tokens.ts';
import { requireEntitlement } from '../../../../directory/plans/tenant-plan.ts';
import { MailError } from '../../../../platform/errors.ts';
import { created } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { moment, object } from '../../kit/schema.ts';
import { departmentsSchema, functionsOf, functionsSchema } from '../../schemas/granted.ts';
import { tokenAnswer, tokenSchema } from '../../schemas/token.ts';

export const tokensCreate: Operation = defineOperation({
  id: 'tokens.create',
  method: 'POST',
  path: '/tokens',
  tag: 'API tokens',
  summary: 'Makes a key for a program; it is shown this once',
  description: 'It acts for you and reaches no further than you do at the moment of a call.',
  function: 'api',
  personOnly: true,
  secret: true,
  body: object({
    name: Type.String({ minLength: 1, maxLength: 100 }),
    functions: functionsSchema,
    departments: Type.Optional(departmentsSchema),
    expiresAt: Type.Optional(moment('Left out: it is good until it is revoked')),
  }),
  response: object({ token: Type.String(), entry: tokenSchema }),
  sample: { body: { name: 'Sample', functions: { api: 'view' } } },
  async run(ctx, call) {
    await requireEntitlement(ctx.directory, call.scope.tenantId, 'api');
    const { name, functions, departments, expiresAt } = call.body;
    const until = expiresAt === undefined ? null : Date.parse(expiresAt);
    if (Number.isNaN(until)) throw new MailError('input.invalid', { in: 'body', field: '/expiresAt' });
    const { token, entry } = await createApiToken(ctx.tokens, call.scope, {
      name,
      functions: functionsOf(functions),
      departments: departments ?? null,
      expiresAt: until,
    });
    return created({ token, entry: tokenAnswer(entry) }, `/tokens/${entry.id}`);
  },
});
