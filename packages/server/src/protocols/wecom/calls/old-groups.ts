import {
  changeGroup,
  createGroup,
  getGroup,
  groupIdOf,
  removeGroupById,
} from '../../../directory/groups/groups.ts';
import type { GroupSettings } from '../../../directory/groups/types.ts';
import type { WecomCall } from '../context.ts';
import { departmentFrom, departmentTo } from '../departments.ts';
import { WecomError } from '../errors.ts';
import type { Input } from '../input.ts';
import { searchGroups } from './mail-groups.ts';

const postings = ['company', 'anyone', 'members', 'listed'] as const;

function settingsOf(input: Input): GroupSettings {
  const name = input.optionalText('groupname');
  const users = input.texts('userlist');
  const groups = input.texts('grouplist');
  const departments = input.integers('department');
  const senders = input.texts('allow_userlist');
  const allow = input.optionalInteger('allow_type');
  const posting = allow === undefined ? undefined : postings[allow];
  if (allow !== undefined && posting === undefined)
    throw new WecomError('badParameter', 'invalid allow_type');
  return {
    ...(name !== undefined && { displayName: name }),
    ...((users || groups) && { members: [...(users ?? []), ...(groups ?? [])] }),
    ...(departments && { departments: departments.map(departmentFrom) }),
    ...(posting && { posting }),
    ...(senders && { senders }),
  };
}

/** Mail groups as the older interface has them (part 2 of the catalogue). */
export const oldGroupCalls: readonly WecomCall[] = [
  {
    path: '/group/create',
    methods: ['POST'],
    done: 'created',
    async run(ctx, scope, input) {
      const wanted = settingsOf(input);
      if ((wanted.members?.length ?? 0) + (wanted.departments?.length ?? 0) === 0) {
        throw new WecomError('badParameter', 'userlist, grouplist or department needed');
      }
      const displayName = input.text('groupname');
      await createGroup(ctx.directory, scope, { ...wanted, displayName, address: input.text('groupid') });
      return undefined;
    },
  },
  {
    path: '/group/update',
    methods: ['POST'],
    done: 'updated',
    async run(ctx, scope, input) {
      const id = await groupIdOf(ctx.directory, scope, input.text('groupid'));
      await changeGroup(ctx.directory, scope, id, settingsOf(input));
      return undefined;
    },
  },
  {
    path: '/group/delete',
    methods: ['GET'],
    done: 'deleted',
    async run(ctx, scope, input) {
      const id = await groupIdOf(ctx.directory, scope, input.text('groupid'));
      await removeGroupById(ctx.directory, scope, id);
      return undefined;
    },
  },
  {
    path: '/group/search',
    methods: ['GET', 'POST'],
    run: searchGroups,
  },
  {
    path: '/group/get',
    methods: ['GET'],
    async run(ctx, scope, input) {
      const group = await getGroup(
        ctx.directory,
        scope,
        await groupIdOf(ctx.directory, scope, input.text('groupid')),
      );
      return {
        groupid: group.address,
        groupname: group.displayName,
        userlist: group.members,
        department: group.departments.map(departmentTo),
        allow_type: postings.indexOf(group.posting),
        allow_userlist: group.senders,
      };
    },
  },
];
