import { Type } from 'typebox';
import { changeTagEntries } from '../../../../directory/tags/tags.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { identifiers } from '../../schemas/people.ts';

export const tagsAdd: Operation = defineOperation({
  id: 'tags.add',
  method: 'POST',
  path: '/tags/{id}/add',
  tag: 'Tags',
  function: 'members',
  summary: 'Puts members and departments into a tag',
  params: object({ id: identifier('Tag') }),
  body: object({
    members: Type.Optional(identifiers('Member')),
    departments: Type.Optional(identifiers('Department')),
  }),
  response: object({ changed: Type.Integer() }),
  run: async (ctx, call) => ({
    changed: await changeTagEntries(ctx.directory, call.scope, call.params.id, call.body, 'add'),
  }),
});
