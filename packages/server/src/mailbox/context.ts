import type { Scope } from '../access/scope.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { Clock } from '../platform/clock.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { AccountStore } from '../store/accounts/account-store.ts';
import type { AccountTransaction } from '../store/accounts/account-transaction.ts';
import type { SearchStore } from '../store/accounts/search/search-store.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { MailboxLimits } from './limits.ts';
import type { Neighbours } from './sharing/neighbours.ts';

/** What an account may use; null is no limit. */
export interface Quota {
  readonly limitBytes: number | null;
  readonly limitCount: number | null;
}

/** Own folders of an account and their levels as its plan has them (FLD-01); null: as many as `MailboxLimits` allows. */
export interface FolderPlan {
  readonly folders: number | null;
  readonly folderLevels: number | null;
}

/** Where quotas come from: plans and what the administrator set. */
export interface QuotaSource {
  /** Asked before each transaction that adds mail. */
  quota(tenantId: TenantId, accountId: AccountId): Quota | Promise<Quota>;
  /** Asked before folders are made or moved; left out: plans say nothing of folders. */
  folderPlan?(tenantId: TenantId): Promise<FolderPlan>;
}

/** No limits: for tests and tools. */
export const unlimitedQuota: QuotaSource = { quota: () => ({ limitBytes: null, limitCount: null }) };

/** Everything the functions of this room work with. */
export interface MailboxContext {
  readonly accounts: AccountStore;
  readonly blobs: BlobStore;
  readonly notifier: Notifier;
  readonly quotas: QuotaSource;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: MailboxLimits;
  /** The word indexes; left out: every search is a scan. */
  readonly search?: SearchStore;
  /** Who shares with whom; left out: nobody does. */
  readonly neighbours?: Neighbours;
}

/** Throws `access.denied` unless the scope may read. */
export function requireRead(scope: Scope): void {
  if (!scope.rights.read) throw new MailError('access.denied', { right: 'read' });
}

/** Throws `access.denied` unless the scope may change mail. */
export function requireWrite(scope: Scope): void {
  if (!scope.rights.write) throw new MailError('access.denied', { right: 'write' });
}

/** Tells the notifier about the transaction's modseq once it is committed. */
export function announce(ctx: MailboxContext, tx: AccountTransaction): void {
  const { accountId } = tx;
  tx.afterCommit(() => ctx.notifier.changed(accountId, tx.state.modseq));
}
