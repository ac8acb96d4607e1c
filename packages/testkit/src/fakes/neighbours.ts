import { type Principal, type Rights, type Scope, sharedFoldersScope } from '@hongyan/server/access/scope.ts';
import type { Neighbour, Neighbours } from '@hongyan/server/mailbox/sharing/neighbours.ts';

type Person = Extract<Principal, { kind: 'account' }>;

/** An account of the fake company. */
export interface FakeAccount {
  readonly tenantId: number;
  readonly accountId: number;
  readonly address: string;
  /** A mailbox that several people use: what each address may do with the whole of it. */
  readonly users?: Readonly<Record<string, Rights>>;
  readonly displayName?: string;
}

/** Who shares with whom, from a list of accounts and what `note` was told. */
export function fakeNeighbours(accounts: readonly FakeAccount[]): Neighbours {
  const noted = new Map<string, Set<number>>();
  const person = ({ tenantId, accountId, address }: FakeAccount): Person => ({
    kind: 'account',
    tenantId,
    accountId,
    login: address,
  });
  const described = (account: FakeAccount, scope: Scope): Neighbour => ({
    kind: account.users === undefined ? 'person' : 'public',
    scope,
    address: account.address,
    displayName: account.displayName ?? '',
  });
  return {
    reachable({ principal }) {
      if (principal.kind !== 'account') return Promise.resolve([]);
      const found: Neighbour[] = [];
      for (const account of accounts) {
        if (account.tenantId !== principal.tenantId || account.accountId === principal.accountId) continue;
        const rights = account.users?.[principal.login];
        const grantees = noted.get(`${account.tenantId}/${account.accountId}`);
        if (rights !== undefined) {
          const { tenantId, accountId } = account;
          found.push(described(account, { tenantId, principal, accountId, rights }));
        } else if (grantees?.has(principal.accountId) || grantees?.has(0)) {
          found.push(described(account, sharedFoldersScope(principal, account.accountId)));
        }
      }
      return Promise.resolve(found);
    },
    find(tenantId, address) {
      const found = accounts.find(each => each.tenantId === tenantId && each.address === address);
      return Promise.resolve(found ? person(found).accountId : null);
    },
    addresses(tenantId, ids) {
      const known = accounts.filter(each => each.tenantId === tenantId && ids.includes(each.accountId));
      return Promise.resolve(new Map(known.map(each => [each.accountId, each.address])));
    },
    note(tenantId, ownerId, granteeId, on) {
      const key = `${tenantId}/${ownerId}`;
      const grantees = noted.get(key) ?? new Set();
      if (on) grantees.add(granteeId);
      else grantees.delete(granteeId);
      noted.set(key, grantees);
      return Promise.resolve();
    },
  };
}
