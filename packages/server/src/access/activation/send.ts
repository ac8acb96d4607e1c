import { requireAddress } from '../../directory/address.ts';
import { recordOperation } from '../../directory/operations.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import { accountById } from '../../store/system/accounts.ts';
import { countOperations } from '../../store/system/administration/operation-list.ts';
import { tenantName } from '../../store/system/people/company.ts';
import { markActivationLinkSent } from '../../store/system/sign-in/activation-links.ts';
import type { PasswordContext } from '../passwords.ts';
import type { Scope } from '../scope.ts';
import { type ActivationLink, type ActivationMail, makeLink, toLink } from './links.ts';

const hour = 3_600_000;
/** Mails with links of a company in an hour: they go to any address. */
const mostPerHour = 200;
const sent = 'member.activation_link_sent';

/**
 * Makes a link as `createActivationLink` does and mails it to another address of the member; over the limit nothing is made,
 * and a link from before stays good. Recorded (LOG-03). Throws what making throws, `address.invalid`, `api.rate_limited` after
 * 200 in an hour, and what the mailer throws.
 */
export async function mailActivationLink(
  ctx: Pick<PasswordContext, 'database' | 'clock'>,
  mail: (mail: ActivationMail) => Promise<void>,
  scope: Scope,
  accountId: AccountId,
  wanted: {
    readonly to: string;
    readonly language: string;
    readonly days?: number;
    readonly urlOf: (token: string) => string;
  },
): Promise<{ readonly token: string; readonly link: ActivationLink }> {
  const { to, language, urlOf } = wanted;
  requireAddress(to);
  const { tenantId } = scope;
  const { token, letter, link } = await ctx.database.of(scope.tenantId).transact(async tx => {
    const made = await makeLink(tx, ctx, scope, accountId, wanted);
    const { token, row, address } = made;
    const now = ctx.clock.now();
    if ((await countOperations(tx, tenantId, sent, now - hour)) >= mostPerHour) {
      throw new MailError('api.rate_limited', { seconds: hour / 1_000 });
    }
    await markActivationLinkSent(tx, row, to);
    await recordOperation(tx, ctx.clock, scope, {
      action: sent,
      targetKind: 'member',
      target: address,
      details: { accountId, to },
    });
    const account = await accountById(tx, tenantId, accountId);
    const letter: ActivationMail = {
      tenantId,
      to,
      address,
      company: (await tenantName(tx, tenantId)) ?? '',
      purpose: row.purpose,
      link: urlOf(token),
      expiresAt: row.expires_at,
      language: account?.language ?? language,
    };
    return { token, letter, link: await toLink(tx, { ...row, sent_to: to }, now) };
  });
  await mail(letter);
  return { token, link };
}
