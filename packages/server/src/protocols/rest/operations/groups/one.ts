import { changeGroup, getGroup, removeGroupById } from '../../../../directory/groups/groups.ts';
import type { RestContext } from '../../context.ts';
import { type Call, defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { bodyOctets, groupAnswer, groupSchema, settings } from './schema.ts';

const place = { path: '/groups/{id}', tag: 'Groups', function: 'groups' } as const;
const params = object({ id: identifier('Group') });

const read = async (ctx: RestContext, call: Call<{ readonly id: number }>) =>
  groupAnswer(await getGroup(ctx.directory, call.scope, call.params.id));

export const groupsGet: Operation = defineOperation({
  ...place,
  id: 'groups.get',
  method: 'GET',
  summary: 'One group with its lists',
  params,
  response: groupSchema,
  run: read,
});

export const groupsChange: Operation = defineOperation({
  ...place,
  id: 'groups.change',
  method: 'PATCH',
  summary: 'Changes what is named; a list replaces the one there was',
  params,
  body: object(settings),
  bodyOctets,
  response: groupSchema,
  current: read,
  run: async (ctx, call) =>
    groupAnswer(await changeGroup(ctx.directory, call.scope, call.params.id, call.body)),
});

export const groupsDelete: Operation = defineOperation({
  ...place,
  id: 'groups.delete',
  method: 'DELETE',
  summary: 'Removes a group; its address becomes free',
  params,
  current: read,
  run: (ctx, call) => removeGroupById(ctx.directory, call.scope, call.params.id),
});
