import { type TUnsafe, Type } from 'typebox';
import { requireAdministration } from '../../../../access/administration.ts';
import { changeMemberRights, type MemberRights, memberRights } from '../../../../personal/member-rights.ts';
import type { RestContext } from '../../context.ts';
import { type Call, defineOperation, type Operation } from '../../kit/operation.ts';
import { named, object } from '../../kit/schema.ts';

const mayForward = Type.Boolean({ description: 'Send mail on to other mailboxes automatically' });
const mayRestoreDeleted = Type.Boolean({ description: 'Bring back what they deleted for good' });

const schema: TUnsafe<MemberRights> = named<MemberRights>('MemberRights')(
  object({ mayForward, mayRestoreDeleted }),
);
const place = { path: '/member-rights', tag: 'Mail rules', function: 'mailRules' } as const;

const read = (ctx: RestContext, { scope }: Call): Promise<MemberRights> => {
  requireAdministration(scope, 'mailRules', 'view');
  return memberRights(ctx.directory.database, scope.tenantId);
};

const memberRightsGet: Operation = defineOperation({
  ...place,
  id: 'memberRights.get',
  method: 'GET',
  summary: 'What members may do by themselves (SRC-10)',
  response: schema,
  run: read,
});

const memberRightsChange: Operation = defineOperation({
  ...place,
  id: 'memberRights.change',
  method: 'PATCH',
  summary: 'Changes what is named; it holds at once',
  wholeCompany: true,
  body: object({
    mayForward: Type.Optional(mayForward),
    mayRestoreDeleted: Type.Optional(mayRestoreDeleted),
  }),
  response: schema,
  current: read,
  sample: { body: { mayForward: true } },
  run: (ctx, call) => changeMemberRights(ctx.directory, call.scope, call.body),
});

export const memberRightsOperations: readonly Operation[] = [memberRightsGet, memberRightsChange];
