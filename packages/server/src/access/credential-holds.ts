import type { CompanyDatabase } from '../store/sql/company-database.ts';
import { accountById } from '../store/system/accounts.ts';
import { clientPasswordExists } from '../store/system/sign-in/client-passwords.ts';
import { passwordHolds } from '../store/system/web-sessions.ts';
import { clientRefusal, clientStanding, isClientService } from './clients/standing.ts';
import { mailRefused } from './mail-service.ts';
import type { Principal } from './scope.ts';
import type { Service } from './types.ts';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

/**
 * Whether what somebody signed in with still opens the service: neither changed nor revoked, the account in use, the
 * policies as they were. A principal without a credential holds as long as its account is in use.
 */
export async function credentialHolds(
  database: CompanyDatabase,
  principal: AccountPrincipal,
  service: Service,
): Promise<boolean> {
  const { tenantId, accountId, credential } = principal;
  return database.of(tenantId).read(async reader => {
    const account = await accountById(reader, tenantId, accountId);
    if (!account || account.disabled_at !== null || account.removed_at !== null) return false;
    if (await mailRefused(reader, tenantId, accountId, service)) return false;
    if (!credential) return true;
    const there =
      credential.kind === 'password'
        ? await passwordHolds(reader, tenantId, accountId, credential.id)
        : await clientPasswordExists(reader, tenantId, accountId, credential.id);
    if (!there || !isClientService(service)) return there;
    const standing = await clientStanding(reader, tenantId, accountId);
    return clientRefusal(standing, service, credential.kind) === null;
  });
}
