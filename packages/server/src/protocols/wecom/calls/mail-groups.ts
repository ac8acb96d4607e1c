import type { Scope } from '../../../access/scope.ts';
import {
  changeGroup,
  createGroup,
  getGroup,
  groupIdOf,
  listGroupPage,
  removeGroupById,
} from '../../../directory/groups/groups.ts';
import type { Group, GroupSettings, GroupSummary } from '../../../directory/groups/types.ts';
import type { WecomCall, WecomContext } from '../context.ts';
import { departmentFrom, departmentTo } from '../departments.ts';
import { WecomError } from '../errors.ts';
import type { Input } from '../input.ts';

/** `allow_type` by number. */
const postings = ['company', 'anyone', 'members', 'listed'] as const;

const maxNameOctets = 200;

/** Lists of who may send belong to `allow_type` 3, which needs one that is not empty. Throws 40035. */
function requireSenders(
  posting: (typeof postings)[number] | undefined,
  lists: readonly (readonly unknown[] | undefined)[],
): void {
  if (posting === undefined) return;
  const given = lists.some(list => list !== undefined && list.length > 0);
  if (given !== (posting === 'listed'))
    throw new WecomError('badParameter', 'allow_type and its lists differ');
}

/** Throws 60008 when another group has the name. */
async function requireOwnName(
  ctx: WecomContext,
  scope: Scope,
  name: string | undefined,
  own: number | null,
): Promise<void> {
  if (name === undefined) return;
  const same = (await allGroups(ctx, scope, name)).some(
    group => group.displayName === name.trim() && group.groupId !== own,
  );
  if (same) throw new WecomError('nameExists', 'groupname exists');
}

function settingsOf(input: Input): GroupSettings {
  const name = input.optionalText('groupname');
  const emails = input.inner('email_list').texts('list');
  const groups = input.inner('group_list').texts('list');
  const allow = input.optionalInteger('allow_type');
  const posting = allow === undefined ? undefined : postings[allow];
  if (allow !== undefined && posting === undefined)
    throw new WecomError('badParameter', 'invalid allow_type');
  const members = emails || groups ? [...(emails ?? []), ...(groups ?? [])] : undefined;
  const departments = input.inner('department_list').integers('list');
  const tags = input.inner('tag_list').integers('list');
  const senders = input.inner('allow_emaillist').texts('list');
  const senderDepartments = input.inner('allow_departmentlist').integers('list');
  const senderTags = input.inner('allow_taglist').integers('list');
  if (name !== undefined && Buffer.byteLength(name) > maxNameOctets)
    throw new WecomError('badParameter', 'groupname too long');
  requireSenders(posting, [senders, senderDepartments, senderTags]);
  return {
    ...(name !== undefined && { displayName: name }),
    ...(members && { members }),
    ...(departments && { departments: departments.map(departmentFrom) }),
    ...(tags && { tags }),
    ...(posting && { posting }),
    ...(senders && { senders }),
    ...(senderDepartments && { senderDepartments: senderDepartments.map(departmentFrom) }),
    ...(senderTags && { senderTags }),
  };
}

async function groupOf(ctx: WecomContext, scope: Scope, input: Input): Promise<Group> {
  const id = await groupIdOf(ctx.directory, scope, input.text('groupid'));
  return getGroup(ctx.directory, scope, id);
}

/** Every group that a search finds. */
async function allGroups(ctx: WecomContext, scope: Scope, search: string): Promise<GroupSummary[]> {
  const found: GroupSummary[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listGroupPage>> = await listGroupPage(ctx.directory, scope, {
      limit: 200,
      ...(search !== '' && { search }),
      ...(cursor !== null && { cursor }),
    });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

/** Groups by a part of name or address with `fuzzy` 1, all with 0. */
export const searchGroups: WecomCall['run'] = async (ctx, scope, input) => {
  const fuzzy = input.optionalInteger('fuzzy') ?? 0;
  const found = await allGroups(ctx, scope, fuzzy === 1 ? input.text('groupid') : '');
  return {
    count: found.length,
    groups: found.map(group => ({ groupid: group.address, groupname: group.displayName })),
  };
};

/** Mail groups (part 1.3 of the catalogue). */
export const mailGroupCalls: readonly WecomCall[] = [
  {
    path: '/exmail/group/create',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const wanted = settingsOf(input);
      const { members = [], departments = [], tags = [] } = wanted;
      if (members.length + departments.length + tags.length === 0) {
        throw new WecomError('badParameter', 'email_list, group_list, department_list or tag_list needed');
      }
      const displayName = input.text('groupname');
      await requireOwnName(ctx, scope, displayName, null);
      await createGroup(ctx.directory, scope, {
        ...wanted,
        displayName,
        address: input.text('groupid'),
      });
      return undefined;
    },
  },
  {
    path: '/exmail/group/update',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const group = await groupOf(ctx, scope, input);
      const wanted = settingsOf(input);
      const { members, departments, tags } = { ...group, ...wanted };
      if (members.length + departments.length + tags.length === 0) {
        throw new WecomError('badParameter', 'a group needs members');
      }
      await requireOwnName(ctx, scope, wanted.displayName, group.groupId);
      await changeGroup(ctx.directory, scope, group.groupId, wanted);
      return undefined;
    },
  },
  {
    path: '/exmail/group/delete',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const { groupId } = await groupOf(ctx, scope, input);
      await removeGroupById(ctx.directory, scope, groupId);
      return undefined;
    },
  },
  {
    path: '/exmail/group/get',
    methods: ['GET'],
    async run(ctx, scope, input) {
      const group = await groupOf(ctx, scope, input);
      const groups = new Set((await allGroups(ctx, scope, '')).map(one => one.address.toLowerCase()));
      const isGroup = (address: string): boolean => groups.has(address.toLowerCase());
      return {
        groupid: group.address,
        groupname: group.displayName,
        email_list: { list: group.members.filter(address => !isGroup(address)) },
        group_list: { list: group.members.filter(isGroup) },
        department_list: { list: group.departments.map(departmentTo) },
        tag_list: { list: group.tags },
        allow_type: postings.indexOf(group.posting),
        allow_emaillist: { list: group.senders },
        allow_departmentlist: { list: group.senderDepartments.map(departmentTo) },
        allow_taglist: { list: group.senderTags },
      };
    },
  },
  {
    path: '/exmail/group/search',
    methods: ['GET'],
    run: searchGroups,
  },
];
