import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AdministrationHouse, openAdministrationHouse } from '@hongyan/testkit/administration-house.ts';
import { place } from '@hongyan/testkit/stores/databases.ts';
import { type Scope, tenantScope } from '../../src/access/scope.ts';
import type { DirectoryContext } from '../../src/directory/context.ts';
import { createDirectory, createDirectoryContext, type Directory } from '../../src/directory/directory.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';

/** A company whose members have mailboxes, with the administration on top. */
export interface MailCompany {
  readonly folder: string;
  readonly clock: FakeClock;
  readonly ctx: DirectoryContext;
  readonly directory: Directory;
  readonly scope: Scope;
  readonly mail: AdministrationHouse;
  /** A member with a mailbox; returns the account's number. */
  readonly member: (name: string) => Promise<number>;
}

/** Opens hongyan.test for the time of `run`. */
export async function withMailCompany(run: (company: MailCompany) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-administration-'));
  const clock = new FakeClock();
  try {
    await using database = await openSystemDatabase(place(join(folder, 'system.db')), clock);
    const ctx = createDirectoryContext({ database, clock });
    const directory = createDirectory(ctx);
    const scope = tenantScope((await directory.createTenant('鸿雁')).tenantId, 'test');
    await directory.addDomain(scope, 'hongyan.test');
    await using mail = await openAdministrationHouse(folder, ctx, clock);
    await run({
      folder,
      clock,
      ctx,
      directory,
      scope,
      mail,
      async member(name) {
        const address = `${name}@hongyan.test`;
        const { accountId } = await directory.createUser(scope, { address, displayName: name });
        await mail.administration.ensure(scope.tenantId, accountId);
        return accountId;
      },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
