import { join } from 'node:path';
import { MailError } from '../../platform/errors.ts';
import type { AccountKey } from './account-key.ts';

/** Where an account's rows live: a file of its own, a file shared by many, or a PostgreSQL database. */
export interface Placement {
  readonly kind: 'file' | 'shard' | 'postgres';
  /** For `file` nothing that matters, as its path follows from the numbers; else the name of the shard or database. */
  readonly location: string;
}

/** Tells where an account lives. `fresh`: what was remembered has turned out to be wrong. */
export type PlacementSource = (account: AccountKey, fresh?: boolean) => Placement | Promise<Placement>;

/** Every account in PostgreSQL, in the database of that name. */
export function inPostgres(location: string): PlacementSource {
  return () => ({ kind: 'postgres', location });
}

/** Every account in a file of its own. */
export const ownFiles: PlacementSource = () => ({ kind: 'file', location: '' });

/** Where the configuration places accounts: what the table of placements says of most. */
export const usualPlace: Placement = { kind: 'file', location: '' };

/**
 * Shared files for new accounts: as many as `perFile` neighbours in age of one company in each. Small companies have one
 * file; no two companies share one.
 */
export function sharedFiles(perFile: number): (account: AccountKey) => Placement {
  return ({ tenantId, accountId }) => ({
    kind: 'shard',
    location: `t${tenantId}-${Math.floor(accountId / perFile)}`,
  });
}

const shardName = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Path of the SQLite file of a placement, below `dataFolder`. Throws `store.unavailable` for a placement that is not a
 * file or whose name is not safe as a file name.
 */
export function placementFile(dataFolder: string, account: AccountKey, placement: Placement): string {
  if (placement.kind === 'file') {
    return join(dataFolder, 'tenants', String(account.tenantId), 'accounts', `${account.accountId}.db`);
  }
  if (placement.kind === 'shard' && shardName.test(placement.location)) {
    return join(dataFolder, 'shards', `${placement.location}.db`);
  }
  throw new MailError('store.unavailable', { reason: 'placement', kind: placement.kind });
}
