import { Type } from 'typebox';
import { offboard } from '../../../../administration/offboarding/offboard.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, moment, nullable, object, oneOf } from '../../kit/schema.ts';
import { momentOf } from '../../schemas/people.ts';

export const membersOffboard: Operation = defineOperation({
  id: 'members.offboard',
  method: 'POST',
  path: '/members/{accountId}/offboard',
  tag: 'Members',
  function: 'members',
  summary: 'A member leaves: mail and addresses go to a successor (MBX-11)',
  params: object({ accountId: identifier('Member') }),
  description: 'Needs recycleBin:manage as well.',
  body: object({
    successor: Type.Optional(identifier('Member who takes over')),
    mail: oneOf(['copy', 'keep']),
    incoming: oneOf(['forward', 'refuse']),
    handOver: Type.Optional(
      Type.Boolean({ description: 'The successor may use the public mailboxes that the leaver used' }),
    ),
    folder: Type.Optional(
      Type.String({ minLength: 1, maxLength: 60, description: 'Name of the folder of the successor' }),
    ),
  }),
  response: object({
    job: nullable(Type.Integer({ description: 'Copies the mail' })),
    addresses: Type.Array(Type.String()),
    handedOver: Type.Array(Type.String({ description: 'Public mailboxes that the successor may use now' })),
    restorableUntil: moment(),
  }),
  sample: { body: { mail: 'keep', incoming: 'refuse' } },
  async run(ctx, call) {
    const { successor, ...rest } = call.body;
    const done = await offboard(ctx.administration, call.scope, call.params.accountId, {
      ...rest,
      successorId: successor ?? null,
    });
    const { jobId, addresses, handedOver, restorableUntil } = done;
    return { job: jobId, addresses, handedOver, restorableUntil: momentOf(restorableUntil) };
  },
});
