import { Type } from 'typebox';
import {
  getAdministrator,
  grantAdministration,
} from '../../../../directory/administrators/administrators.ts';
import { MailError } from '../../../../platform/errors.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object, oneOf } from '../../kit/schema.ts';
import { administratorAnswer, administratorSchema } from '../../schemas/administrator.ts';
import { departmentsSchema, functionsOf, functionsSchema } from '../../schemas/granted.ts';

export const administratorsPut: Operation = defineOperation({
  id: 'administrators.put',
  method: 'PUT',
  path: '/administrators/{accountId}',
  tag: 'Administrators',
  summary: 'Makes a member an administrator, or changes what one may do',
  description:
    'Only owner and super administrators make others super. A scoped administrator gives no more than they have. The owner is changed by a transfer only.',
  function: 'administrators',
  params: object({ accountId: identifier('Account of the member') }),
  body: object({
    role: oneOf(['super', 'scoped']),
    functions: Type.Optional(functionsSchema),
    departments: Type.Optional(departmentsSchema),
  }),
  response: administratorSchema,
  status: 200,
  sample: { body: { role: 'scoped', functions: { groups: 'view' } } },
  current: async (ctx, call) =>
    administratorAnswer(await getAdministrator(ctx.directory, call.scope, call.params.accountId)),
  async run(ctx, call) {
    const { role, functions, departments } = call.body;
    if (role === 'super' && (functions !== undefined || departments !== undefined)) {
      throw new MailError('input.invalid', { in: 'body', field: '/functions', rule: 'scopedOnly' });
    }
    const wanted =
      role === 'super'
        ? ({ role } as const)
        : ({ role, functions: functionsOf(functions ?? {}), departments: departments ?? null } as const);
    return administratorAnswer(
      await grantAdministration(ctx.directory, call.scope, call.params.accountId, wanted, current =>
        call.matches(current && administratorAnswer(current)),
      ),
    );
  },
});
