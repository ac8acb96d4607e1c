import { Type } from 'typebox';
import { changeTagEntries } from '../../../../directory/tags/tags.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { identifiers } from '../../schemas/people.ts';

export const tagsRemove: Operation = defineOperation({
  id: 'tags.remove',
  method: 'POST',
  path: '/tags/{id}/remove',
  tag: 'Tags',
  function: 'members',
  summary: 'Takes members and departments out of a tag',
  params: object({ id: identifier('Tag') }),
  body: object({
    members: Type.Optional(identifiers('Member')),
    departments: Type.Optional(identifiers('Department')),
  }),
  response: object({ changed: Type.Integer() }),
  run: async (ctx, call) => ({
    changed: await changeTagEntries(ctx.directory, call.scope, call.params.id, call.body, 'remove'),
  }),
});
