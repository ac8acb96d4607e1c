import { requireAddress } from '../../directory/address.ts';
import { requireManaged } from '../../directory/members/manage.ts';
import { recordOperation } from '../../directory/operations.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import { accountById } from '../../store/system/accounts.ts';
import { countOperations } from '../../store/system/administration/operation-list.ts';
import { tenantName } from '../../store/system/people/company.ts';
import { activationLinkOf, markActivationLinkSent } from '../../store/system/sign-in/activation-links.ts';
import { getAccountName } from '../account-name.ts';
import { requireAdministration } from '../administration.ts';
import type { PasswordContext } from '../passwords.ts';
import type { Scope } from '../scope.ts';
import { type ActivationLink, type ActivationMail, readActivationLink } from './links.ts';

const hour = 3_600_000;
/** Mails with links of a company in an hour: they go to any address. */
const mostPerHour = 200;
const sent = 'member.activation_link_sent';

/**
 * Mails the link that was just made to another address of the member. Recorded (LOG-03). Needs `members:manage` and reach.
 * Throws `address.invalid`, `activation.not_found` without a link, `api.rate_limited` after 200 in an hour, and what the
 * mailer throws.
 */
export async function sendActivationLink(
  ctx: Pick<PasswordContext, 'database' | 'clock'>,
  mail: (mail: ActivationMail) => Promise<void>,
  scope: Scope,
  accountId: AccountId,
  wanted: { readonly url: string; readonly to: string; readonly language: string },
): Promise<ActivationLink> {
  const administration = requireAdministration(scope, 'members', 'manage');
  requireAddress(wanted.to);
  const { tenantId } = scope;
  const letter = await ctx.database.transact(async tx => {
    await requireManaged(tx, administration, scope, accountId);
    const row = await activationLinkOf(tx, tenantId, accountId);
    if (!row) throw new MailError('activation.not_found');
    if ((await countOperations(tx, tenantId, sent, ctx.clock.now() - hour)) >= mostPerHour) {
      throw new MailError('api.rate_limited', { seconds: hour / 1_000 });
    }
    await markActivationLinkSent(tx, row, wanted.to);
    const address = await getAccountName(tx, tenantId, accountId);
    await recordOperation(tx, ctx.clock, scope, {
      action: sent,
      targetKind: 'member',
      target: address,
      details: { accountId, to: wanted.to },
    });
    const account = await accountById(tx, tenantId, accountId);
    return {
      tenantId,
      to: wanted.to,
      address,
      company: (await tenantName(tx, tenantId)) ?? '',
      purpose: row.purpose,
      link: wanted.url,
      expiresAt: row.expires_at,
      language: account?.language ?? wanted.language,
    };
  });
  await mail(letter);
  const link = await readActivationLink(ctx, scope, accountId);
  if (!link) throw new MailError('activation.not_found');
  return link;
}
