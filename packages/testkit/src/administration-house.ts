import { join } from 'node:path';
import { systemScope } from '@hongyan/server/access/scope.ts';
import type { AdministrationContext } from '@hongyan/server/administration/context.ts';
import { jobWorkers } from '@hongyan/server/administration/jobs/registry.ts';
import { JobRunner } from '@hongyan/server/administration/jobs/runner.ts';
import type { DirectoryContext } from '@hongyan/server/directory/context.ts';
import { createDirectory } from '@hongyan/server/directory/directory.ts';
import type { MailboxContext } from '@hongyan/server/mailbox/context.ts';
import { createAccount } from '@hongyan/server/mailbox/create.ts';
import { defaultMailboxLimits } from '@hongyan/server/mailbox/limits.ts';
import { directoryNeighbours } from '@hongyan/server/mailbox/sharing/directory-neighbours.ts';
import { createNotifier } from '@hongyan/server/notify/notifier.ts';
import type { Clock } from '@hongyan/server/platform/clock.ts';
import { nodeFiles } from '@hongyan/server/platform/files/node-files.ts';
import { silentLog } from '@hongyan/server/platform/log.ts';
import { masterKey } from '@hongyan/server/platform/secrets/master-key.ts';
import type { PlacementSource } from '@hongyan/server/store/accounts/placement.ts';
import { openSearchStore } from '@hongyan/server/store/accounts/search/search-store.ts';
import { openSpool } from '@hongyan/server/store/spool/open-spool.ts';
import type { QueueAdminContext } from '@hongyan/server/store/spool/queue-admin.ts';
import { openBare, openTestAccounts } from './stores/databases.ts';

/** Mailboxes and jobs on top of a directory, as `app/house.ts` wires them. Jobs run when `jobs.runAll()` is called. */
export interface AdministrationHouse extends AsyncDisposable {
  readonly administration: AdministrationContext;
  readonly mailboxes: MailboxContext;
  readonly jobs: JobRunner;
  readonly queue: QueueAdminContext;
}

/** Opens account files and bodies below `folder`. */
export async function openAdministrationHouse(
  folder: string,
  directory: DirectoryContext,
  clock: Clock,
  options: { readonly placement?: PlacementSource } = {},
): Promise<AdministrationHouse> {
  await using opened = new AsyncDisposableStack();
  const log = silentLog;
  const database = opened.use(await openBare(join(folder, 'spool.db')));
  const master = masterKey(Buffer.alloc(32, 7));
  const packs = join(folder, 'packs');
  const store = opened.use(
    await openSpool({ database, directory: packs, files: nodeFiles, master, clock, log }),
  );
  const accounts = opened.use(
    openTestAccounts({ dataFolder: folder, bootId: 'test', clock, log, ...options }),
  );
  const notifier = opened.use(createNotifier({ clock, log }));
  const mailboxes: MailboxContext = {
    neighbours: directoryNeighbours({ database: directory.database, directory: createDirectory(directory) }),
    accounts,
    blobs: store.blobs,
    search: opened.use(openSearchStore({ dataFolder: folder, clock })),
    notifier,
    quotas: createDirectory(directory),
    clock,
    log,
    limits: defaultMailboxLimits,
  };
  const administration: AdministrationContext = {
    directory,
    mailbox: mailboxes,
    clock,
    log,
    async ensure(tenantId, accountId) {
      const roles = ['drafts', 'sent', 'junk', 'trash', 'archive'] as const;
      const folders = roles.map(role => ({ role, name: role }));
      await createAccount(mailboxes, systemScope(tenantId, accountId, 'first use'), folders);
    },
    wake: () => undefined,
  };
  const jobs = opened.use(new JobRunner(administration, jobWorkers));
  const closing = opened.move();
  const queue = { database, blobs: store.blobs, clock };
  return { administration, mailboxes, jobs, queue, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}
