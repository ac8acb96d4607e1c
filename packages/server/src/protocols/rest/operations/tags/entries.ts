import { Type } from 'typebox';
import { getTagEntries } from '../../../../directory/tags/tags.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';

export const tagsEntries: Operation = defineOperation({
  id: 'tags.entries',
  method: 'GET',
  path: '/tags/{id}/entries',
  tag: 'Tags',
  function: 'members',
  summary: 'Members and departments of a tag',
  params: object({ id: identifier('Tag') }),
  response: object({ members: Type.Array(Type.Integer()), departments: Type.Array(Type.Integer()) }),
  run: (ctx, call) => getTagEntries(ctx.directory, call.scope, call.params.id),
});
