import { ownProgramMailbox } from '../../../access/programs/mailbox.ts';
import { ownScope, type Principal, type Scope } from '../../../access/scope.ts';
import { getPublicMailbox } from '../../../directory/public-mailboxes/public-mailboxes.ts';
import { renamePublicMailbox } from '../../../directory/public-mailboxes/rename.ts';
import type { PublicMailbox } from '../../../directory/public-mailboxes/types.ts';
import { readMessage } from '../../../mailbox/body.ts';
import { everyEmail } from '../../../mailbox/emails/condition.ts';
import { readEmails } from '../../../mailbox/emails/contents.ts';
import { type EmailQuery, queryEmails } from '../../../mailbox/emails/query-emails.ts';
import { getMailbox } from '../../../mailbox/list.ts';
import { isMailError } from '../../../platform/errors.ts';
import { composeMail } from '../compose.ts';
import type { WecomCall, WecomCaller, WecomContext } from '../context.ts';
import { WecomError } from '../errors.ts';

/** 50 MB in base64, and what is around it. */
const composeOctets = 72 * 1024 * 1024;
const [defaultLimit, maxLimit] = [100, 1_000];

/** The mailbox of the program that calls; 690002 when it has none. */
async function ownMailbox(ctx: WecomContext, scope: Scope, { tokenId }: WecomCaller): Promise<PublicMailbox> {
  try {
    const id = await ownProgramMailbox(ctx.directory, scope, tokenId);
    return await getPublicMailbox(ctx.directory, scope, id);
  } catch (error) {
    if (isMailError(error, 'account.not_found')) {
      throw new WecomError('noPublicMailbox', 'the app has no mailbox');
    }
    throw error;
  }
}

/** The program as its mailbox. */
function principalOf(scope: Scope, mailbox: PublicMailbox): Extract<Principal, { kind: 'account' }> {
  return {
    kind: 'account',
    tenantId: scope.tenantId,
    accountId: mailbox.accountId,
    login: mailbox.address,
    ...(scope.principal.kind === 'account' &&
      scope.principal.token !== undefined && { token: scope.principal.token }),
  };
}

/** The program's mailbox to be read, made when nothing has come yet. */
async function readingScope(ctx: WecomContext, scope: Scope, caller: WecomCaller): Promise<Scope> {
  const mailbox = await ownMailbox(ctx, scope, caller);
  await ctx.administration.ensure(scope.tenantId, mailbox.accountId);
  return ownScope(principalOf(scope, mailbox));
}

/** Mail of the inbox received from `begin_time` to before `end_time`, in the order in which it came. */
const listMail: WecomCall['run'] = async (ctx, scope, input, caller) => {
  const [begin, end] = [input.integer('begin_time'), input.integer('end_time')];
  const limit = input.optionalInteger('limit') ?? defaultLimit;
  const cursor = input.optionalText('cursor') ?? '';
  if (begin < 0 || end <= begin) throw new WecomError('badParameter', 'invalid begin_time or end_time');
  if (limit < 1 || limit > maxLimit) throw new WecomError('badParameter', 'invalid limit');
  if (!/^\d{0,15}$/.test(cursor)) throw new WecomError('badParameter', 'invalid cursor');
  const own = await readingScope(ctx, scope, caller);
  const inbox = await getMailbox(ctx.mailbox, own, ['INBOX']);
  const condition = {
    ...everyEmail,
    inMailbox: inbox?.id ?? 0,
    after: begin * 1_000,
    before: end * 1_000,
  };
  const query: EmailQuery = {
    filter: { operator: 'is', condition },
    sort: [],
    collapseThreads: false,
    bitOf: () => null,
  };
  const { ids } = await queryEmails(ctx.mailbox, ctx.indexes, own, query);
  const left = ids.filter(id => id > Number(cursor)).toSorted((a, b) => a - b);
  const page = left.slice(0, limit);
  const more = left.length > page.length;
  return {
    next_cursor: more ? String(page.at(-1)) : '',
    has_more: more ? 1 : 0,
    mail_list: page.map(id => ({ mail_id: String(id) })),
  };
};

const readMail: WecomCall['run'] = async (ctx, scope, input, caller) => {
  const id = input.text('mail_id');
  const own = await readingScope(ctx, scope, caller);
  const wanted = /^\d{1,15}$/.test(id) ? [Number(id)] : [];
  const { emails } = await readEmails(ctx.mailbox, ctx.indexes, own, wanted);
  const [email] = emails;
  if (!email) throw new WecomError('badParameter', 'no such mail');
  const text = await readMessage(ctx.mailbox, own, email);
  return { mail_data: Buffer.from(text).toString('utf8') };
};

/** All recipients or none. */
const send: WecomCall['run'] = async (ctx, scope, input, caller) => {
  const mailbox = await ownMailbox(ctx, scope, caller);
  const { recipients, message } = await composeMail(ctx, scope, input, mailbox);
  await using delivery = ctx.acceptor.begin({
    kind: 'jmap',
    principal: principalOf(scope, mailbox),
    peer: { address: caller.address, port: 0, helo: null },
    tls: null,
    protocol: caller.encrypted ? 'HTTPS' : 'HTTP',
  });
  await delivery.sender(mailbox.address, { smtputf8: true });
  for (const recipient of recipients) await delivery.recipient(recipient, {});
  await delivery.write(message);
  await delivery.commit();
  return undefined;
};

/** The mailbox of a program (1.1 and 1.2 of the catalogue): a public mailbox that an administrator gives to its token. */
export const appMailboxCalls: readonly WecomCall[] = [
  { path: '/exmail/app/compose_send', methods: ['POST'], bodyOctets: composeOctets, run: send },
  { path: '/exmail/app/get_mail_list', methods: ['POST'], run: listMail },
  { path: '/exmail/app/read_mail', methods: ['POST'], run: readMail },
  {
    path: '/exmail/app/get_email_alias',
    methods: ['POST'],
    async run(ctx, scope, _input, caller) {
      const { address, aliases } = await ownMailbox(ctx, scope, caller);
      return { email: address, alias_list: aliases };
    },
  },
  {
    path: '/exmail/app/update_email_alias',
    methods: ['POST'],
    async run(ctx, scope, input, caller) {
      const { accountId } = await ownMailbox(ctx, scope, caller);
      await renamePublicMailbox(ctx.directory, scope, accountId, input.text('new_email'));
      return undefined;
    },
  },
];
