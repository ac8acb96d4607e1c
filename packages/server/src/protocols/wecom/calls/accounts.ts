import { requireAdministration } from '../../../access/administration.ts';
import { systemScope } from '../../../access/scope.ts';
import { setDisabled } from '../../../directory/members/change.ts';
import { findMember } from '../../../directory/members/find.ts';
import { listMembers } from '../../../directory/members/list.ts';
import { setVip } from '../../../directory/members/seats.ts';
import { changePublicMailbox } from '../../../directory/public-mailboxes/public-mailboxes.ts';
import { listMailboxes } from '../../../mailbox/list.ts';
import { isMailError } from '../../../platform/errors.ts';
import type { WecomCall } from '../context.ts';
import { WecomError } from '../errors.ts';

const maxBatch = 100;
/** Answers of the directory that mean "not this member", not "not at all". */
const single = ['account.not_found', 'input.invalid', 'limit.exceeded', 'conflict.state'] as const;

function vipCall(path: string, vip: boolean): WecomCall {
  return {
    path,
    methods: ['POST'],
    async run(ctx, scope, input) {
      const ids = input.texts('userid_list') ?? [];
      if (ids.length === 0 || ids.length > maxBatch)
        throw new WecomError('badUserList', 'invalid userid_list');
      const done: string[] = [];
      const failed: string[] = [];
      for (const id of ids) {
        try {
          const { accountId } = await findMember(ctx.directory, scope, id);
          await setVip(ctx.directory, scope, { members: [accountId] }, vip);
          done.push(id);
        } catch (error) {
          if (!single.some(code => isMailError(error, code))) throw error;
          failed.push(id);
        }
      }
      return { succ_userid_list: done, fail_userid_list: failed };
    },
  };
}

const unread: WecomCall['run'] = async (ctx, scope, input) => {
  requireAdministration(scope, 'members', 'view');
  const { accountId, tenantId } = await findMember(ctx.directory, scope, input.text('userid'));
  const folders = await listMailboxes(ctx.mailbox, systemScope(tenantId, accountId, 'unread count'));
  const counted = folders.filter(folder => folder.role !== 'trash' && folder.role !== 'junk');
  return { count: counted.reduce((sum, folder) => sum + folder.unseen, 0) };
};

/** Accounts: enable and disable, VIP seats, unread mail, members by address (parts 1.5 and 2 of the catalogue). */
export const accountCalls: readonly WecomCall[] = [
  {
    path: '/exmail/account/act_email',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const type = input.integer('type');
      if (type !== 1 && type !== 2) throw new WecomError('badParameter', 'invalid type');
      const userId = input.optionalText('userid');
      if (userId === undefined) {
        const settings = { disabled: type === 2 };
        await changePublicMailbox(ctx.directory, scope, input.integer('publicemail_id'), settings);
        return undefined;
      }
      const member = await findMember(ctx.directory, scope, userId);
      if (type === 2 && member.role === 'administrator') {
        throw new WecomError('notPossible', 'administrators cannot be disabled');
      }
      await setDisabled(ctx.directory, scope, [member.accountId], type === 2);
      return undefined;
    },
  },
  vipCall('/exmail/vip/batch_add', true),
  vipCall('/exmail/vip/batch_del', false),
  {
    path: '/exmail/vip/list',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const cursor = input.optionalText('cursor');
      const limit = Math.min(Math.max(input.optionalInteger('limit') ?? 100, 1), 200);
      const page = await listMembers(ctx.directory, scope, {
        vip: true,
        limit,
        ...(cursor !== undefined && cursor !== '' && { cursor }),
      });
      return {
        has_more: page.nextCursor !== null,
        next_cursor: page.nextCursor ?? '',
        userid_list: page.items.map(member => member.userId),
      };
    },
  },
  { path: '/exmail/mail/get_newcount', methods: ['POST'], run: unread },
  // Programs differ between GET and POST.
  { path: '/mail/newcount', methods: ['GET', 'POST'], run: unread },
  {
    path: '/user/get_userid_by_email',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const email = input.text('email');
      const type = input.optionalInteger('email_type') ?? 1;
      if (type !== 1 && type !== 2) throw new WecomError('badParameter', 'invalid email_type');
      // Private addresses of members are not kept.
      if (type === 2) throw new WecomError('noUser', 'no such private email');
      if (!email.includes('@')) throw new WecomError('badMail', 'invalid email');
      return { userid: (await findMember(ctx.directory, scope, email)).userId };
    },
  },
];
