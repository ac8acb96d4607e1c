import type { DirectoryContext } from '../directory/context.ts';
import type { MailboxContext } from '../mailbox/context.ts';
import type { Clock } from '../platform/clock.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';

/** What the functions of this room work with: acts of administrators that reach into mailboxes. */
export interface AdministrationContext {
  readonly directory: DirectoryContext;
  readonly mailbox: MailboxContext;
  readonly clock: Clock;
  readonly log: Log;
  /** Makes the store of an account that has none yet. */
  readonly ensure: (tenantId: TenantId, accountId: AccountId) => Promise<void>;
  /** Called when a job was filed, after the commit: whoever works on jobs looks now. */
  readonly wake: () => void;
}
