import { Type } from 'typebox';
import {
  addOutsideGroup,
  listOutsideGroups,
  removeOutsideGroup,
  renameOutsideContactGroup,
} from '../../../../directory/outside-contacts/groups.ts';
import { created } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { contactGroupSchema } from './schema.ts';

const tag = 'Outside contacts';
const one = { path: '/outside-contact-groups/{id}', tag, function: 'members' } as const;
const params = object({ id: identifier('Group') });
const body = object({ name: Type.String({ minLength: 1, maxLength: 200 }) });

export const outsideGroupsList: Operation = defineOperation({
  id: 'outsideContactGroups.list',
  method: 'GET',
  path: '/outside-contact-groups',
  tag,
  summary: 'Groups of outside contacts by name; for everybody of the company',
  function: 'none',
  response: object({
    groups: Type.Array(contactGroupSchema),
    unassigned: Type.Integer({ description: 'Contacts in no group' }),
  }),
  run: (ctx, call) => listOutsideGroups(ctx.directory, call.scope),
});

export const outsideGroupsCreate: Operation = defineOperation({
  id: 'outsideContactGroups.create',
  method: 'POST',
  path: '/outside-contact-groups',
  tag,
  summary: 'Makes a group of outside contacts',
  function: 'members',
  body,
  response: contactGroupSchema,
  sample: { body: { name: 'Sample group of contacts' } },
  async run(ctx, call) {
    const group = await addOutsideGroup(ctx.directory, call.scope, call.body.name);
    return created(group, `/outside-contact-groups/${group.id}`);
  },
});

export const outsideGroupsRename: Operation = defineOperation({
  ...one,
  id: 'outsideContactGroups.rename',
  method: 'PATCH',
  summary: 'Gives a group another name',
  params,
  body,
  response: contactGroupSchema,
  run: (ctx, call) => renameOutsideContactGroup(ctx.directory, call.scope, call.params.id, call.body.name),
});

export const outsideGroupsDelete: Operation = defineOperation({
  ...one,
  id: 'outsideContactGroups.delete',
  method: 'DELETE',
  summary: 'Removes a group; its contacts stay',
  params,
  run: (ctx, call) => removeOutsideGroup(ctx.directory, call.scope, call.params.id),
});
