import { Type } from 'typebox';
import { createGroup } from '../../../../directory/groups/groups.ts';
import { created } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';
import { bodyOctets, groupAnswer, groupSchema, settings } from './schema.ts';

export const groupsCreate: Operation = defineOperation({
  id: 'groups.create',
  method: 'POST',
  path: '/groups',
  tag: 'Groups',
  summary: 'Makes a mail group',
  function: 'groups',
  body: object({ address: Type.String({ minLength: 3, maxLength: 320 }), ...settings }),
  bodyOctets,
  response: groupSchema,
  sample: { body: { address: 'sample-group@hongyan.test' } },
  async run(ctx, call) {
    const group = await createGroup(ctx.directory, call.scope, call.body);
    return created(groupAnswer(group), `/groups/${group.groupId}`);
  },
});
