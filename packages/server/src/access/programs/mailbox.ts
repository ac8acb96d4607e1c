import { recordOperation } from '../../directory/operations.ts';
import type { Clock } from '../../platform/clock.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { CompanyDatabase } from '../../store/sql/company-database.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { accountById } from '../../store/system/accounts.ts';
import { apiTokenRows } from '../../store/system/administration/token-rows.ts';
import { readSetting, writeSetting } from '../../store/system/settings.ts';
import { getAccountName } from '../account-name.ts';
import { requireAdministration } from '../administration.ts';
import type { Scope } from '../scope.ts';

interface Context {
  readonly database: CompanyDatabase;
  readonly clock: Clock;
}

/** Setting that holds the number of a program's mailbox; empty: none. */
function settingOf(tokenId: number): string {
  return `api_token.${tokenId}.mailbox`;
}

/** Both: whose program it is, and that somebody may let it at a public mailbox. */
function requireBoth(scope: Scope, access: 'view' | 'manage'): void {
  requireAdministration(scope, 'api', access);
  requireAdministration(scope, 'publicMailboxes', access);
}

async function requireToken(
  reader: SqlReader,
  { tenantId }: Scope,
  tokenId: number,
): Promise<{ readonly name: string }> {
  const row = (await apiTokenRows(reader, tenantId)).find(({ id }) => id === tokenId);
  if (!row) throw new MailError('object.not_found', { kind: 'token' });
  return row;
}

/**
 * Says as which public mailbox a program writes and whose mail it reads (API-03); null: as none. Recorded (LOG-03). Needs
 * `api:manage` and `publicMailboxes:manage`. Throws `object.not_found` without the token, `account.not_found` for what is no
 * public mailbox of the company.
 */
export async function setProgramMailbox(
  ctx: Context,
  scope: Scope,
  tokenId: number,
  mailbox: AccountId | null,
): Promise<void> {
  requireBoth(scope, 'manage');
  const { tenantId } = scope;
  await ctx.database.of(scope.tenantId).transact(async tx => {
    const { name } = await requireToken(tx, scope, tokenId);
    const account = mailbox === null ? null : await accountById(tx, tenantId, mailbox);
    const usable = account?.kind === 'public' && account.removed_at === null;
    if (mailbox !== null && !usable) throw new MailError('account.not_found', { accountId: mailbox });
    await writeSetting(tx, tenantId, settingOf(tokenId), mailbox === null ? '' : String(mailbox));
    await recordOperation(tx, ctx.clock, scope, {
      action: 'token.mailbox_set',
      targetKind: 'token',
      target: name,
      details: { mailbox: mailbox === null ? null : await getAccountName(tx, tenantId, mailbox) },
    });
  });
}

async function mailboxIn(reader: SqlReader, scope: Scope, tokenId: number): Promise<AccountId | null> {
  const text = await readSetting(reader, scope.tenantId, settingOf(tokenId));
  const account = text ? await accountById(reader, scope.tenantId, Number(text)) : null;
  return account?.kind === 'public' && account.removed_at === null ? account.id : null;
}

/** The public mailbox of a program, or null. Needs `api:view` and `publicMailboxes:view`. Throws `object.not_found`. */
export async function readProgramMailbox(
  ctx: Context,
  scope: Scope,
  tokenId: number,
): Promise<AccountId | null> {
  requireBoth(scope, 'view');
  return ctx.database.of(scope.tenantId).read(async reader => {
    await requireToken(reader, scope, tokenId);
    return mailboxIn(reader, scope, tokenId);
  });
}

/**
 * The mailbox as which the program that calls works. Its token needs `publicMailboxes:manage`. Throws `access.denied`,
 * `account.not_found` when it has none, `account.disabled`.
 */
export async function ownProgramMailbox(
  ctx: Pick<Context, 'database'>,
  scope: Scope,
  tokenId: number,
): Promise<AccountId> {
  requireAdministration(scope, 'publicMailboxes', 'manage');
  return ctx.database.of(scope.tenantId).read(async reader => {
    const id = await mailboxIn(reader, scope, tokenId);
    if (id === null) throw new MailError('account.not_found');
    if ((await accountById(reader, scope.tenantId, id))?.disabled_at !== null) {
      throw new MailError('account.disabled');
    }
    return id;
  });
}
