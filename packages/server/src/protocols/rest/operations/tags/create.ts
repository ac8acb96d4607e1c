import { Type } from 'typebox';
import { createTag } from '../../../../directory/tags/tags.ts';
import { created } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';
import { tagAnswer, tagSchema } from '../../schemas/people.ts';

export const tagsCreate: Operation = defineOperation({
  id: 'tags.create',
  method: 'POST',
  path: '/tags',
  tag: 'Tags',
  function: 'members',
  summary: 'Makes a tag',
  wholeCompany: true,
  sample: { body: { name: 'Sales' } },
  body: object({ name: Type.String({ minLength: 1, maxLength: 32 }) }),
  response: tagSchema,
  async run(ctx, call) {
    const made = tagAnswer(await createTag(ctx.directory, call.scope, call.body.name));
    return created(made, `/tags/${made.id}`);
  },
});
