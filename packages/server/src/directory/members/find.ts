import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import { memberOfUserKey } from '../../store/system/people/members.ts';
import type { DirectoryContext } from '../context.ts';
import { requireUserId } from '../profiles/profile.ts';
import { resolveAddress } from '../resolve.ts';
import { getMember } from './list.ts';
import type { Member } from './member.ts';

/**
 * The member whose user id or address (aliases too) is `text`. Needs `members:view` and reach. Throws
 * `account.not_found`, `input.invalid`.
 */
export async function findMember(ctx: DirectoryContext, scope: Scope, text: string): Promise<Member> {
  requireAdministration(scope, 'members', 'view');
  const { userKey } = requireUserId(text);
  const byId = await memberOfUserKey(ctx.database.of(scope.tenantId), scope.tenantId, userKey);
  if (byId !== null) return getMember(ctx, scope, byId);
  const found = text.includes('@')
    ? await resolveAddress(ctx.database.of(scope.tenantId), ctx.limits, text)
    : null;
  const own = found?.kind === 'account' && found.tenantId === scope.tenantId && found.detail === null;
  if (!own) throw new MailError('account.not_found', { userId: text.slice(0, 100) });
  return getMember(ctx, scope, found.accountId);
}
