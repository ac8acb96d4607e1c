import type { Scope } from '../../../access/scope.ts';
import { listDepartments } from '../../../directory/departments/departments.ts';
import { findMember } from '../../../directory/members/find.ts';
import { getMember } from '../../../directory/members/list.ts';
import {
  changeTagEntries,
  createTag,
  getTagEntries,
  listTags,
  removeTag,
  renameTag,
} from '../../../directory/tags/tags.ts';
import { isMailError } from '../../../platform/errors.ts';
import type { WecomCall, WecomContext } from '../context.ts';
import { departmentFrom, departmentTo } from '../departments.ts';
import { WecomError } from '../errors.ts';
import type { Input } from '../input.ts';

const maxUsers = 1_000;
const maxDepartments = 100;

/** Members and departments that a call names, and which of them there are not. */
async function targetsOf(
  ctx: WecomContext,
  scope: Scope,
  input: Input,
): Promise<{ members: number[]; departments: number[]; badUsers: string[]; badDepartments: number[] }> {
  const users = input.texts('userlist') ?? [];
  const parties = input.integers('partylist') ?? [];
  if (users.length + parties.length === 0)
    throw new WecomError('badParameter', 'userlist or partylist needed');
  if (users.length > maxUsers || parties.length > maxDepartments) {
    throw new WecomError('badUserList', 'too many at once');
  }
  const [members, badUsers]: [number[], string[]] = [[], []];
  for (const user of users) {
    try {
      members.push((await findMember(ctx.directory, scope, user)).accountId);
    } catch (error) {
      if (!isMailError(error, 'account.not_found') && !isMailError(error, 'input.invalid')) throw error;
      badUsers.push(user);
    }
  }
  const known = new Set((await listDepartments(ctx.directory, scope)).map(one => one.departmentId));
  const [good, bad] = [
    parties.filter(id => known.has(departmentFrom(id))),
    parties.filter(id => !known.has(departmentFrom(id))),
  ];
  return { members, departments: good.map(departmentFrom), badUsers, badDepartments: bad };
}

function entriesCall(path: string, direction: 'add' | 'remove'): WecomCall {
  return {
    path,
    methods: ['POST'],
    async run(ctx, scope, input) {
      const tagId = input.integer('tagid');
      const { members, departments, badUsers, badDepartments } = await targetsOf(ctx, scope, input);
      if (members.length + departments.length === 0) {
        throw new WecomError(direction === 'add' ? 'allListsInvalid' : 'badUserList', 'all list invalid');
      }
      await changeTagEntries(ctx.directory, scope, tagId, { members, departments }, direction);
      return {
        ...(badUsers.length > 0 && { invalidlist: badUsers.join('|') }),
        ...(badDepartments.length > 0 && { invalidparty: badDepartments }),
      };
    },
  };
}

/** Tags (part 2 of the catalogue). Numbers are ours to give: a `tagid` in a create is not taken. */
export const tagCalls: readonly WecomCall[] = [
  {
    path: '/tag/create',
    methods: ['POST'],
    done: 'created',
    run: async (ctx, scope, input) => ({
      tagid: (await createTag(ctx.directory, scope, input.text('tagname'))).tagId,
    }),
  },
  {
    path: '/tag/update',
    methods: ['POST'],
    done: 'updated',
    async run(ctx, scope, input) {
      await renameTag(ctx.directory, scope, input.integer('tagid'), input.text('tagname'));
      return undefined;
    },
  },
  {
    path: '/tag/delete',
    methods: ['GET'],
    done: 'deleted',
    async run(ctx, scope, input) {
      await removeTag(ctx.directory, scope, input.integer('tagid'));
      return undefined;
    },
  },
  {
    path: '/tag/get',
    methods: ['GET'],
    async run(ctx, scope, input) {
      const tagId = input.integer('tagid');
      const entries = await getTagEntries(ctx.directory, scope, tagId);
      const tag = (await listTags(ctx.directory, scope)).find(one => one.tagId === tagId);
      const userlist: Record<string, unknown>[] = [];
      for (const accountId of entries.members) {
        const member = await getMember(ctx.directory, scope, accountId);
        userlist.push({ userid: member.address, name: member.name });
      }
      return { tagname: tag?.name ?? '', userlist, partylist: entries.departments.map(departmentTo) };
    },
  },
  entriesCall('/tag/addtagusers', 'add'),
  entriesCall('/tag/deltagusers', 'remove'),
  {
    path: '/tag/list',
    methods: ['GET'],
    run: async (ctx, scope) => ({
      taglist: (await listTags(ctx.directory, scope)).map(({ tagId, name }) => ({
        tagid: tagId,
        tagname: name,
      })),
    }),
  },
];
