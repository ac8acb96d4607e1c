import { requireAdministration } from '../../../access/administration.ts';
import { passwordCredentials } from '../../../access/passwords.ts';
import type { Scope } from '../../../access/scope.ts';
import { parseAddress } from '../../../directory/address.ts';
import { setDisabled, updateMember } from '../../../directory/members/change.ts';
import { createMember } from '../../../directory/members/create.ts';
import { findMember } from '../../../directory/members/find.ts';
import { listMembers } from '../../../directory/members/list.ts';
import type { Member } from '../../../directory/members/member.ts';
import { resetPassword } from '../../../directory/members/password.ts';
import { renameMembers } from '../../../directory/members/rename.ts';
import { setVip } from '../../../directory/members/seats.ts';
import { removeUser } from '../../../directory/recycle-bin/remove.ts';
import { resolveAddress } from '../../../directory/resolve.ts';
import { replaceAliases } from '../aliases.ts';
import type { WecomCall, WecomContext } from '../context.ts';
import { departmentFrom, departmentTo } from '../departments.ts';
import { WecomError } from '../errors.ts';
import type { Input } from '../input.ts';

const genders = new Map([
  ['1', 'male'],
  ['2', 'female'],
] as const);
const maxChecked = 20;
const mostFound = 200;

/** What a create or an update says about a member. */
function profileOf(input: Input): Parameters<typeof updateMember>[3] {
  const name = input.optionalText('name');
  const departments = input.integers('department');
  const gender = input.optionalText('gender');
  const texts = [
    ['jobTitle', 'position'],
    ['mobile', 'mobile'],
    ['phone', 'tel'],
    ['employeeNumber', 'extid'],
  ] as const;
  return {
    ...(name !== undefined && { name }),
    ...(departments && {
      departments: departments.filter(id => id > 1).map(id => ({ departmentId: departmentFrom(id) })),
    }),
    ...(gender !== undefined && { gender: genders.get(gender as '1' | '2') ?? null }),
    ...Object.fromEntries(
      texts.flatMap(([ours, theirs]) => {
        const text = input.optionalText(theirs);
        return text === undefined ? [] : [[ours, text]];
      }),
    ),
  };
}

/** As the older interface names members: by their address. */
function shown(member: Member): Record<string, unknown> {
  const departments = member.departments.map(place => departmentTo(place.departmentId));
  return {
    userid: member.address,
    name: member.name,
    department: departments.length > 0 ? departments : [1],
    position: member.jobTitle,
    mobile: member.mobile,
    tel: member.phone,
    extid: member.employeeNumber,
    gender: member.gender === null ? '0' : member.gender === 'male' ? '1' : '2',
    slaves: member.aliases,
    enable: member.disabled ? 0 : 1,
    setvip: member.vip ? 1 : 0,
  };
}

/** Members of a department, and of those below with `fetch_child`. */
async function membersOf(ctx: WecomContext, scope: Scope, input: Input): Promise<Member[]> {
  const department = departmentFrom(input.integer('department_id'));
  const below = (input.optionalInteger('fetch_child') ?? 0) === 1;
  const found: Member[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listMembers>> = await listMembers(ctx.directory, scope, {
      limit: 200,
      ...(department > 0 && { departmentId: department, directOnly: !below }),
      ...(cursor !== null && { cursor }),
    });
    // Directly in the company is who has no department.
    const direct = page.items.filter(member => department > 0 || below || member.departments.length === 0);
    found.push(...direct);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

async function kindOf(ctx: WecomContext, scope: Scope, text: string): Promise<number> {
  if (!parseAddress(text)) return -1;
  const found = await resolveAddress(ctx.directory.database.of(scope.tenantId), ctx.directory.limits, text);
  if (found.kind === 'outside' || ('tenantId' in found && found.tenantId !== scope.tenantId)) return -1;
  if (found.kind === 'group') return 3;
  if (found.kind !== 'account' || found.detail !== null) return 0;
  return found.address.toLowerCase() === text.toLowerCase() ? 1 : 2;
}

/** Members (part 2 of the catalogue). */
export const memberCalls: readonly WecomCall[] = [
  {
    path: '/user/create',
    methods: ['POST'],
    done: 'created',
    async run(ctx, scope, input) {
      const address = input.text('userid');
      const aliases = input.texts('slaves');
      const credentials = await passwordCredentials(ctx.passwords, input.text('password'), [address]);
      await createMember(ctx.directory, scope, {
        ...profileOf(input),
        name: input.text('name'),
        address,
        credentials,
        ...(aliases && { aliases }),
        vip: input.optionalInteger('setvip') === 1,
      });
      return undefined;
    },
  },
  {
    path: '/user/update',
    methods: ['POST'],
    done: 'updated',
    async run(ctx, scope, input) {
      const member = await findMember(ctx.directory, scope, input.text('userid'));
      const { accountId } = member;
      const change = profileOf(input);
      const password = input.optionalText('password');
      const enable = input.optionalInteger('enable');
      const vip = input.optionalInteger('setvip');
      const aliases = input.texts('slaves');
      if (Object.keys(change).length > 0) await updateMember(ctx.directory, scope, accountId, change);
      if (aliases) await replaceAliases(ctx, scope, member, aliases);
      if (vip !== undefined) await setVip(ctx.directory, scope, { members: [accountId] }, vip === 1);
      if (password !== undefined)
        await resetPassword(ctx.directory, ctx.passwords, scope, accountId, password);
      if (enable !== undefined) await setDisabled(ctx.directory, scope, [accountId], enable === 0);
      return undefined;
    },
  },
  {
    path: '/user/delete',
    methods: ['GET'],
    done: 'deleted',
    async run(ctx, scope, input) {
      const { accountId } = await findMember(ctx.directory, scope, input.text('userid'));
      await removeUser(ctx.directory, scope, accountId);
      return undefined;
    },
  },
  {
    path: '/user/get',
    methods: ['GET'],
    run: async (ctx, scope, input) => shown(await findMember(ctx.directory, scope, input.text('userid'))),
  },
  {
    path: '/user/simplelist',
    methods: ['GET'],
    async run(ctx, scope, input) {
      const found = (await membersOf(ctx, scope, input)).map(shown);
      return { userlist: found.map(({ userid, name, department }) => ({ userid, name, department })) };
    },
  },
  {
    path: '/user/list',
    methods: ['GET'],
    run: async (ctx, scope, input) => ({ userlist: (await membersOf(ctx, scope, input)).map(shown) }),
  },
  {
    path: '/user/fuzzysearch',
    methods: ['GET'],
    async run(ctx, scope, input) {
      const search = input.text('userid');
      if (search.trim() === '') throw new WecomError('badParameter', 'invalid userid');
      const { items } = await listMembers(ctx.directory, scope, { limit: mostFound, text: search });
      const found = items.map(shown);
      return { userlist: found.map(({ userid, name, department }) => ({ userid, name, department })) };
    },
  },
  {
    path: '/user/swapalias',
    methods: ['GET'],
    done: 'updated',
    async run(ctx, scope, input) {
      const member = await findMember(ctx.directory, scope, input.text('alias'));
      const wanted = input.text('slavealias');
      const { accountId } = member;
      const own = member.aliases.find(alias => alias.toLowerCase() === wanted.toLowerCase());
      if (own === undefined) throw new WecomError('badMail', 'slavealias is no alias of the member');
      await renameMembers(ctx.directory, scope, [{ accountId, address: own, keepOld: true }]);
      return undefined;
    },
  },
  {
    path: '/user/batchcheck',
    methods: ['POST'],
    async run(ctx, scope, input) {
      requireAdministration(scope, 'members', 'view');
      const users = input.texts('userlist') ?? [];
      if (users.length === 0 || users.length > maxChecked)
        throw new WecomError('badUserList', 'invalid userlist');
      const list: Record<string, unknown>[] = [];
      for (const user of users) list.push({ user, type: await kindOf(ctx, scope, user) });
      return { list };
    },
  },
];
