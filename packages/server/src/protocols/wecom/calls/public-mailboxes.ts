import {
  accountSignIn,
  createMailboxPassword,
  revokeAccountPasswords,
} from '../../../access/clients/administration.ts';
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
import { replaceAliases } from '../aliases.ts';
import type { WecomCall, WecomContext } from '../context.ts';
import { departmentFrom, departmentTo } from '../departments.ts';
import { WecomError } from '../errors.ts';
import type { Input } from '../input.ts';

/** 64 characters, or 32 Chinese ones. */
const maxNameWidth = 64;

function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += (letter.codePointAt(0) ?? 0) < 0x1100 ? 1 : 2;
  return width;
}

/** Throws 60008 when another public mailbox has the name. */
async function requireOwnName(
  ctx: WecomContext,
  scope: Scope,
  name: string,
  own: number | null,
): Promise<void> {
  const same = (await allMailboxes(ctx, scope, name)).some(
    one => one.displayName === name.trim() && one.accountId !== own,
  );
  if (same) throw new WecomError('nameExists', 'name exists');
}

async function settingsOf(ctx: WecomContext, scope: Scope, input: Input): Promise<PublicMailboxSettings> {
  const name = input.optionalText('name');
  if (name !== undefined && widthOf(name) > maxNameWidth)
    throw new WecomError('badParameter', 'name too long');
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

/** Makes the codes that a create or an update asks for (PUB-05): shown in this answer and nowhere else. */
async function codeOf(
  ctx: WecomContext,
  scope: Scope,
  id: number,
  wanted: CodeWish | null,
): Promise<Record<string, unknown>> {
  if (!wanted) return {};
  const { secret, clientPassword } = await createMailboxPassword(ctx.signIn, scope, id, wanted.remark);
  return { auth_code_id: clientPassword.id, auth_code: secret };
}

interface CodeWish {
  readonly remark: string;
}

const standardRemark = '办公PC';
const maxRemarkOctets = 128;
const maxCodes = 10;

/** What is asked for about a code; null: none. Throws 40035, and 690004 for a mailbox that has as many as it may. */
async function codeWish(
  ctx: WecomContext,
  scope: Scope,
  input: Input,
  id: number | null,
): Promise<CodeWish | null> {
  const wanted = input.optionalInteger('create_auth_code') ?? 0;
  if (wanted !== 0 && wanted !== 1) throw new WecomError('badParameter', 'invalid create_auth_code');
  const remark = input.inner('auth_code_info').optionalText('remark') ?? standardRemark;
  if (wanted === 0) return null;
  if (remark === '' || Buffer.byteLength(remark) > maxRemarkOctets)
    throw new WecomError('badParameter', 'invalid remark');
  if (id !== null) {
    const { clientPasswords } = await accountSignIn(ctx.signIn, scope, id);
    if (clientPasswords.length >= maxCodes) throw new WecomError('limitReached', 'too many auth codes');
  }
  return { remark };
}

const maxAliases = 5;

/** The aliases that shall be; undefined: as they are. Throws 40035. */
function aliasesOf(input: Input): readonly string[] | undefined {
  const wanted = input.inner('alias_list').texts('list');
  const octets = (text: string): number => Buffer.byteLength(text);
  if (wanted && (wanted.length > maxAliases || wanted.some(one => octets(one) < 6 || octets(one) > 64))) {
    throw new WecomError('badParameter', 'invalid alias_list');
  }
  return wanted;
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
      const code = await codeWish(ctx, scope, input, null);
      const wanted = await settingsOf(ctx, scope, input);
      const { users = [], departments = [], tags = [] } = wanted;
      if (users.length + departments.length + tags.length === 0) {
        throw new WecomError('badParameter', 'userid_list, department_list or tag_list needed');
      }
      const displayName = input.text('name');
      await requireOwnName(ctx, scope, displayName, null);
      const made = await createPublicMailbox(ctx.directory, scope, {
        ...wanted,
        displayName,
        address: input.text('email'),
      });
      return { id: made.accountId, ...(await codeOf(ctx, scope, made.accountId, code)) };
    },
  },
  {
    path: '/exmail/publicmail/update',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const id = input.integer('id');
      const aliases = aliasesOf(input);
      const wanted = await settingsOf(ctx, scope, input);
      const before = await onMailbox(getPublicMailbox(ctx.directory, scope, id));
      const { users, departments, tags } = { ...before, ...wanted };
      if (users.length + departments.length + tags.length === 0) {
        throw new WecomError('badParameter', 'a public mailbox needs users');
      }
      if (wanted.displayName !== undefined) await requireOwnName(ctx, scope, wanted.displayName, id);
      const code = await codeWish(ctx, scope, input, id);
      await onMailbox(changePublicMailbox(ctx.directory, scope, id, wanted));
      if (aliases) await replaceAliases(ctx, scope, before, aliases);
      return codeOf(ctx, scope, id, code);
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
    path: '/exmail/publicmail/get_auth_code_list',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const id = input.integer('id');
      await onMailbox(getPublicMailbox(ctx.directory, scope, id));
      const { clientPasswords } = await accountSignIn(ctx.signIn, scope, id);
      return {
        auth_code_list: clientPasswords.map(one => ({
          auth_code_id: one.id,
          create_time: Math.floor(one.createdAt / 1_000),
          last_use_time: Math.floor((one.lastUsedAt ?? 0) / 1_000),
          remark: one.name,
        })),
      };
    },
  },
  {
    path: '/exmail/publicmail/delete_auth_code',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const id = input.integer('id');
      await onMailbox(getPublicMailbox(ctx.directory, scope, id));
      try {
        await revokeAccountPasswords(ctx.signIn, scope, id, input.integer('auth_code_id'));
      } catch (error) {
        if (isMailError(error, 'session.not_found'))
          throw new WecomError('badParameter', 'no such auth code');
        throw error;
      }
      return undefined;
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
