import { removeTag } from '../../../../directory/tags/tags.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';

export const tagsDelete: Operation = defineOperation({
  id: 'tags.delete',
  method: 'DELETE',
  path: '/tags/{id}',
  tag: 'Tags',
  function: 'members',
  summary: 'Removes a tag',
  wholeCompany: true,
  params: object({ id: identifier('Tag') }),
  run: (ctx, call) => removeTag(ctx.directory, call.scope, call.params.id),
});
