import { usableAccounts } from '../../access/grants.ts';
import { sharedFoldersScope } from '../../access/scope.ts';
import type { Directory } from '../../directory/directory.ts';
import type { CompanyDatabase } from '../../store/sql/company-database.ts';
import { accountById } from '../../store/system/accounts.ts';
import { addressesOfAccount } from '../../store/system/addresses.ts';
import { setFolderShare, sharersOf } from '../../store/system/sharing/folder-shares.ts';
import type { Neighbour, Neighbours } from './neighbours.ts';

export interface DirectoryNeighboursContext {
  readonly database: CompanyDatabase;
  readonly directory: Pick<Directory, 'resolve' | 'accessOf'>;
}

/** Colleagues whose shared folders one person sees at a time; more are left out. */
const maxSharers = 200;

/** Neighbours as the directory, grants and shared folders of `system.db` tell. */
export function directoryNeighbours(ctx: DirectoryNeighboursContext): Neighbours {
  const { database, directory } = ctx;
  const describe = async (
    tenantId: number,
    accountId: number,
  ): Promise<{ readonly address: string; readonly displayName: string } | null> => {
    const row = await accountById(database.of(tenantId), tenantId, accountId);
    if (!row || row.removed_at !== null) return null;
    const addresses = await addressesOfAccount(database.of(tenantId), tenantId, accountId);
    const primary = addresses.find(address => address.kind === 'primary');
    if (!primary) return null;
    return { address: `${primary.local_part}@${primary.unicode_name}`, displayName: row.display_name };
  };
  return {
    async reachable({ principal }) {
      if (principal.kind !== 'account') return [];
      const { tenantId, accountId } = principal;
      const found: Neighbour[] = [];
      const whole = new Set<number>([accountId]);
      for (const usable of await usableAccounts(directory, principal)) {
        const { scope, address, displayName, kind } = usable;
        if (scope.accountId === accountId || !scope.rights.read) continue;
        whole.add(scope.accountId);
        found.push({ kind, scope, address, displayName });
      }
      for (const owner of await sharersOf(database.of(tenantId), tenantId, accountId, maxSharers)) {
        if (whole.has(owner)) continue;
        const known = await describe(tenantId, owner);
        if (known) found.push({ kind: 'person', scope: sharedFoldersScope(principal, owner), ...known });
      }
      return found;
    },
    async find(tenantId, address) {
      const resolved = await directory.resolve(address).catch(() => null);
      if (resolved?.kind !== 'account' || resolved.tenantId !== tenantId || resolved.detail !== null) {
        return null;
      }
      const row = await accountById(database.of(tenantId), tenantId, resolved.accountId);
      return row?.kind === 'person' && row.removed_at === null ? row.id : null;
    },
    async addresses(tenantId, accountIds) {
      const found = new Map<number, string>();
      for (const accountId of accountIds) {
        const known = await describe(tenantId, accountId);
        if (known) found.set(accountId, known.address);
      }
      return found;
    },
    note: (tenantId, ownerId, granteeId, on) =>
      database.of(tenantId).transact(tx => setFolderShare(tx, tenantId, ownerId, granteeId, on)),
  };
}
