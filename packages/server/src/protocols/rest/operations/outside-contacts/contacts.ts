import { Type } from 'typebox';
import {
  addOutsideContact,
  changeOutsideContact,
  getOutsideContact,
  listOutsideContacts,
  removeOutsideContact,
} from '../../../../directory/outside-contacts/contacts.ts';
import type { RestContext } from '../../context.ts';
import { created } from '../../kit/answer.ts';
import { type Call, defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object, pageOf, paging } from '../../kit/schema.ts';
import { paged } from '../../schemas/paged.ts';
import { contactAnswer, contactSchema, settings } from './schema.ts';

const tag = 'Outside contacts';
const one = { path: '/outside-contacts/{id}', tag } as const;
const params = object({ id: identifier('Contact') });
const address = Type.String({ minLength: 3, maxLength: 320 });

export const outsideContactsList: Operation = defineOperation({
  id: 'outsideContacts.list',
  method: 'GET',
  path: '/outside-contacts',
  tag,
  summary: 'People outside whom the company knows, by name; for everybody of the company',
  function: 'none',
  query: object({
    ...paging,
    q: Type.Optional(
      Type.String({ maxLength: 100, description: 'In name, address, organisation or numbers' }),
    ),
    groupId: Type.Optional(Type.Integer({ minimum: 0, description: '0: those in no group' })),
  }),
  response: pageOf(contactSchema),
  run: async (ctx, { scope, query: { q, ...page } }) =>
    paged(
      await listOutsideContacts(ctx.directory, scope, { ...page, ...(q !== undefined && { search: q }) }),
      contactAnswer,
    ),
});

export const outsideContactsCreate: Operation = defineOperation({
  id: 'outsideContacts.create',
  method: 'POST',
  path: '/outside-contacts',
  tag,
  summary: 'Adds an outside contact',
  function: 'members',
  body: object({ address, ...settings }),
  response: contactSchema,
  sample: { body: { address: 'sample@outside.test' } },
  async run(ctx, call) {
    const contact = contactAnswer(await addOutsideContact(ctx.directory, call.scope, call.body));
    return created(contact, `/outside-contacts/${contact.id}`);
  },
});

const read = async (ctx: RestContext, call: Call<{ readonly id: number }>) =>
  contactAnswer(await getOutsideContact(ctx.directory, call.scope, call.params.id));

export const outsideContactsGet: Operation = defineOperation({
  ...one,
  id: 'outsideContacts.get',
  method: 'GET',
  summary: 'One outside contact',
  function: 'none',
  params,
  response: contactSchema,
  run: read,
});

export const outsideContactsChange: Operation = defineOperation({
  ...one,
  id: 'outsideContacts.change',
  method: 'PATCH',
  summary: 'Changes what is named',
  function: 'members',
  params,
  body: object({ address: Type.Optional(address), ...settings }),
  response: contactSchema,
  current: read,
  run: async (ctx, call) =>
    contactAnswer(await changeOutsideContact(ctx.directory, call.scope, call.params.id, call.body)),
});

export const outsideContactsDelete: Operation = defineOperation({
  ...one,
  id: 'outsideContacts.delete',
  method: 'DELETE',
  summary: 'Removes an outside contact',
  function: 'members',
  params,
  current: read,
  run: (ctx, call) => removeOutsideContact(ctx.directory, call.scope, call.params.id),
});
