import { Type } from 'typebox';
import { renameTag } from '../../../../directory/tags/tags.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';

export const tagsUpdate: Operation = defineOperation({
  id: 'tags.update',
  method: 'PATCH',
  path: '/tags/{id}',
  tag: 'Tags',
  function: 'members',
  summary: 'Renames a tag',
  wholeCompany: true,
  params: object({ id: identifier('Tag') }),
  body: object({ name: Type.String({ minLength: 1, maxLength: 32 }) }),
  run: (ctx, call) => renameTag(ctx.directory, call.scope, call.params.id, call.body.name),
});
