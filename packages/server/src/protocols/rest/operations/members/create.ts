import { Type } from 'typebox';
import { passwordCredentials } from '../../../../access/passwords.ts';
import { createMember } from '../../../../directory/members/create.ts';
import { created } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';
import { memberAnswer, memberSchema, placesOf, profileInput } from '../../schemas/people.ts';

export const membersCreate: Operation = defineOperation({
  id: 'members.create',
  method: 'POST',
  path: '/members',
  tag: 'Members',
  function: 'members',
  summary: 'Makes a member, who receives mail at once (DIR-02)',
  body: object({
    ...profileInput,
    address: Type.String({ minLength: 3, maxLength: 320 }),
    name: Type.Optional(Type.String({ maxLength: 200 })),
    password: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1_024,
        description: 'Left out: the member cannot sign in with a password yet',
      }),
    ),
    aliases: Type.Optional(Type.Array(Type.String({ maxLength: 320 }), { maxItems: 100 })),
    vip: Type.Optional(Type.Boolean()),
    generatedAddress: Type.Optional(
      Type.Boolean({ description: 'The address was made by a program: it may be changed once (DIR-08)' }),
    ),
  }),
  response: memberSchema,
  sample: { body: { address: 'sample@hongyan.test' } },
  async run(ctx, call) {
    const { password, departments, ...rest } = call.body;
    const credentials =
      password === undefined ? [] : await passwordCredentials(ctx.passwords, password, [rest.address]);
    const wanted = { ...rest, credentials, ...(departments && { departments: placesOf(departments) }) };
    const made = memberAnswer(await createMember(ctx.directory, call.scope, wanted));
    return created(made, `/members/${made.id}`);
  },
});
