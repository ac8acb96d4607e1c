import type { Scope } from '../../../access/scope.ts';
import { findMember } from '../../../directory/members/find.ts';
import { getMember } from '../../../directory/members/list.ts';
import {
  changePublicMailbox,
  createPublicMailbox,
  getPublicMailbox,
  listPublicMailboxes,
} from '../../../directory/public-mailboxes/public-mailboxes.ts';
import type {
  PublicMailboxSettings,
  PublicMailboxSummary,
} from '../../../directory/public-mailboxes/types.ts';
import { removeUser } from '../../../directory/recycle-bin/remove.ts';
import { isMailError } from '../../../platform/errors.ts';
import type { WecomCall, WecomContext } from '../context.ts';
import { departmentFrom, departmentTo } from '../departments.ts';
import { WecomError } from '../errors.ts';
import type { Input } from '../input.ts';

async function settingsOf(ctx: WecomContext, scope: Scope, input: Input): Promise<PublicMailboxSettings> {
  // A code for mail clients would be a password that nobody owns: members use their own.
  if (input.optionalInteger('create_auth_code') === 1) {
    throw new WecomError('notPossible', 'members sign in with their own client passwords');
  }
  const name = input.optionalText('name');
  const userIds = input.inner('userid_list').texts('list');
  const departments = input.inner('department_list').integers('list');
  const tags = input.inner('tag_list').integers('list');
  const users: number[] = [];
  for (const userId of userIds ?? []) users.push((await findMember(ctx.directory, scope, userId)).accountId);
  return {
    ...(name !== undefined && { displayName: name }),
    ...(userIds && { users }),
    ...(departments && { departments: departments.map(departmentFrom) }),
    ...(tags && { tags }),
  };
}

/** Runs `work` on a mailbox; one that is not there has a number of its own. */
async function onMailbox<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isMailError(error, 'account.not_found')) throw new WecomError('noPublicMailbox', 'no such mailbox');
    throw error;
  }
}

async function allMailboxes(
  ctx: WecomContext,
  scope: Scope,
  search: string,
): Promise<PublicMailboxSummary[]> {
  const found: PublicMailboxSummary[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listPublicMailboxes>> = await listPublicMailboxes(
      ctx.directory,
      scope,
      { limit: 200, ...(search !== '' && { search }), ...(cursor !== null && { cursor }) },
    );
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

async function describe(ctx: WecomContext, scope: Scope, id: number): Promise<Record<string, unknown>> {
  const mailbox = await onMailbox(getPublicMailbox(ctx.directory, scope, id));
  const users: string[] = [];
  for (const { accountId } of mailbox.users)
    users.push((await getMember(ctx.directory, scope, accountId)).userId);
  return {
    id: mailbox.accountId,
    email: mailbox.address,
    name: mailbox.displayName,
    userid_list: { list: users },
    department_list: { list: mailbox.departments.map(departmentTo) },
    tag_list: { list: mailbox.tags },
    alias_list: { list: mailbox.aliases },
  };
}

const maxIds = 100;

/** Public mailboxes (part 1.4 of the catalogue). */
export const publicMailboxCalls: readonly WecomCall[] = [
  {
    path: '/exmail/publicmail/create',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const wanted = await settingsOf(ctx, scope, input);
      const { users = [], departments = [], tags = [] } = wanted;
      if (users.length + departments.length + tags.length === 0) {
        throw new WecomError('badParameter', 'userid_list, department_list or tag_list needed');
      }
      const made = await createPublicMailbox(ctx.directory, scope, {
        ...wanted,
        displayName: input.text('name'),
        address: input.text('email'),
      });
      return { id: made.accountId };
    },
  },
  {
    path: '/exmail/publicmail/update',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const id = input.integer('id');
      const wanted = await settingsOf(ctx, scope, input);
      const before = await onMailbox(getPublicMailbox(ctx.directory, scope, id));
      const { users, departments, tags } = { ...before, ...wanted };
      if (users.length + departments.length + tags.length === 0) {
        throw new WecomError('badParameter', 'a public mailbox needs users');
      }
      await onMailbox(changePublicMailbox(ctx.directory, scope, id, wanted));
      return undefined;
    },
  },
  {
    path: '/exmail/publicmail/delete',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const id = input.integer('id');
      await onMailbox(getPublicMailbox(ctx.directory, scope, id));
      await onMailbox(removeUser(ctx.directory, scope, id));
      return undefined;
    },
  },
  {
    path: '/exmail/publicmail/get',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const ids = input.integers('id_list') ?? [];
      if (ids.length === 0 || ids.length > maxIds) throw new WecomError('badParameter', 'invalid id_list');
      const list: Record<string, unknown>[] = [];
      for (const id of ids) list.push(await describe(ctx, scope, id));
      return { list };
    },
  },
  {
    path: '/exmail/publicmail/search',
    methods: ['GET'],
    async run(ctx, scope, input) {
      const fuzzy = input.optionalInteger('fuzzy') ?? 0;
      const found = await allMailboxes(ctx, scope, fuzzy === 1 ? input.text('email') : '');
      return {
        list: found.map(({ accountId, address, displayName }) => ({
          id: accountId,
          email: address,
          name: displayName,
        })),
      };
    },
  },
];
