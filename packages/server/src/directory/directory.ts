import { accessOf } from '../access/grants.ts';
import type { Scope } from '../access/scope.ts';
import type { Clock } from '../platform/clock.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import { usualPlace } from '../store/accounts/placement.ts';
import type { CompanyDatabase } from '../store/sql/company-database.ts';
import { domainByName } from '../store/system/tenants.ts';
import { domainToKey } from './address.ts';
import { type Alias, addAlias, listAliases, removeAlias } from './aliases.ts';
import { DirectoryCache } from './cache.ts';
import {
  type AccountQuota,
  type DirectoryContext,
  type DirectoryLimits,
  type DomainKeyMaker,
  type NewPlacement,
  selfHostedLimits,
} from './context.ts';
import {
  addDomain,
  createTenant,
  type Domain,
  listDomains,
  listTenants,
  removeDomain,
  setPrimaryDomain,
  type Tenant,
} from './domains.ts';
import {
  addGroupMembers,
  createGroup,
  listGroups,
  removeGroup,
  removeGroupMembers,
  updateGroup,
} from './groups/groups.ts';
import type { Group, GroupSettings, NewGroup } from './groups/types.ts';
import type { PlanLimits } from './plans/plan.ts';
import { planOf } from './plans/tenant-plan.ts';
import { removeUser } from './recycle-bin/remove.ts';
import { resolveAddress } from './resolve.ts';
import type { AccountAccess, Resolution } from './types.ts';
import { createUser, updateUser } from './user-changes.ts';
import { type Account, accountQuota, getUser, listUsers, type NewUser, type UserChange } from './users.ts';

/**
 * Who exists, in all tenants. Functions that change something need a scope that administers the whole tenant
 * (`tenantScope`); what they throw is written at each function of this folder.
 */
export interface Directory {
  /** Where mail to an address goes. Throws `address.invalid`, `limit.exceeded`. */
  resolve(address: string): Promise<Resolution>;
  /** Whether a domain (U-labels or A-labels) is one of ours. */
  isLocalDomain(name: string): Promise<boolean>;
  /** What an account may use; remembered, because every delivery asks. Throws `account.not_found`. */
  quota(tenantId: TenantId, accountId: AccountId): Promise<AccountQuota>;
  /** Own folders and their levels of each account of a company (FLD-01); remembered. Null: no limit. */
  folderPlan(tenantId: TenantId): Promise<Pick<PlanLimits, 'folders' | 'folderLevels'>>;
  /** What an account may use and send as beside itself; remembered. */
  accessOf(tenantId: TenantId, accountId: AccountId): Promise<AccountAccess>;
  createTenant(name: string): Promise<Tenant>;
  listTenants(): Promise<Tenant[]>;
  addDomain(scope: Scope, name: string): Promise<Domain>;
  listDomains(scope: Scope): Promise<Domain[]>;
  setPrimaryDomain(scope: Scope, name: string): Promise<void>;
  removeDomain(scope: Scope, name: string): Promise<void>;
  createUser(scope: Scope, user: NewUser): Promise<Account>;
  listUsers(scope: Scope): Promise<Account[]>;
  getUser(scope: Scope, accountId: AccountId): Promise<Account>;
  updateUser(scope: Scope, accountId: AccountId, change: UserChange): Promise<Account>;
  removeUser(scope: Scope, accountId: AccountId): Promise<void>;
  addAlias(scope: Scope, accountId: AccountId, address: string): Promise<Alias>;
  listAliases(scope: Scope): Promise<Alias[]>;
  removeAlias(scope: Scope, address: string): Promise<void>;
  createGroup(scope: Scope, group: NewGroup): Promise<Group>;
  listGroups(scope: Scope): Promise<Group[]>;
  updateGroup(scope: Scope, address: string, change: GroupSettings): Promise<void>;
  addGroupMembers(scope: Scope, address: string, members: readonly string[]): Promise<number>;
  removeGroupMembers(scope: Scope, address: string, members: readonly string[]): Promise<number>;
  removeGroup(scope: Scope, address: string): Promise<void>;
}

export interface DirectoryOptions {
  readonly database: CompanyDatabase;
  readonly clock: Clock;
  readonly limits?: DirectoryLimits;
  /** Left out: a domain gets its keys when they are first asked for. */
  readonly domainKeys?: DomainKeyMaker;
  /** Left out: where the configuration places accounts. */
  readonly newPlacement?: NewPlacement;
  /** How long another process's change may stay unseen, in ms. */
  readonly maxStalenessMs?: number;
}

/** What the functions of this folder work with, on `system.db`. */
export function createDirectoryContext(options: DirectoryOptions): DirectoryContext {
  const { database, clock } = options;
  return {
    database,
    clock,
    limits: options.limits ?? selfHostedLimits,
    domainKeys: options.domainKeys ?? null,
    newPlacement: options.newPlacement ?? (() => usualPlace),
    resolutions: new DirectoryCache(clock, options.maxStalenessMs),
    quotas: new DirectoryCache(clock, options.maxStalenessMs),
    accesses: new DirectoryCache(clock, options.maxStalenessMs),
    plans: new DirectoryCache(clock, options.maxStalenessMs),
    trees: new DirectoryCache(clock, options.maxStalenessMs),
    policies: new DirectoryCache(clock, options.maxStalenessMs),
  };
}

/** The directory as delivery, protocols and command line ask it. */
export function createDirectory(options: DirectoryOptions | DirectoryContext): Directory {
  const ctx = 'resolutions' in options ? options : createDirectoryContext(options);
  const { database } = ctx;
  const bind =
    <Rest extends unknown[], Result>(work: (ctx: DirectoryContext, ...rest: Rest) => Result) =>
    (...rest: Rest): Result =>
      work(ctx, ...rest);
  return {
    resolve: address =>
      ctx.resolutions.get(database.shared, address, () =>
        database.look('route').read(reader => resolveAddress(reader, ctx.limits, address)),
      ),
    isLocalDomain: async name => {
      const key = domainToKey(name);
      return key !== null && (await domainByName(database.look('route'), key)) !== undefined;
    },
    quota: bind(accountQuota),
    folderPlan: async tenantId => (await planOf(ctx, tenantId)).limits,
    accessOf: bind(accessOf),
    createTenant: bind(createTenant),
    listTenants: bind(listTenants),
    addDomain: bind(addDomain),
    listDomains: bind(listDomains),
    setPrimaryDomain: bind(setPrimaryDomain),
    removeDomain: bind(removeDomain),
    createUser: bind(createUser),
    listUsers: bind(listUsers),
    getUser: bind(getUser),
    updateUser: bind(updateUser),
    removeUser: bind(removeUser),
    addAlias: bind(addAlias),
    listAliases: bind(listAliases),
    removeAlias: bind(removeAlias),
    createGroup: bind(createGroup),
    listGroups: bind(listGroups),
    updateGroup: bind(updateGroup),
    addGroupMembers: bind(addGroupMembers),
    removeGroupMembers: bind(removeGroupMembers),
    removeGroup: bind(removeGroup),
  };
}
