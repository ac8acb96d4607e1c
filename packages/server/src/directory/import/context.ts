import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { DirectoryContext } from '../context.ts';

/** What importing people needs beside the directory. */
export interface ImportContext {
  readonly directory: DirectoryContext;
  readonly log: Log;
  /** Whether any of these accounts has ever signed in: an import can be undone until then (DIR-03). */
  hasSignedIn(tenantId: TenantId, accountIds: readonly AccountId[]): Promise<boolean>;
}
