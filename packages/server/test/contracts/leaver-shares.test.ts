import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type AdministrationHouse, openAdministrationHouse } from '@hongyan/testkit/administration-house.ts';
import { place } from '@hongyan/testkit/stores/databases.ts';
import { type Scope, systemScope, tenantScope } from '../../src/access/scope.ts';
import { startCopy } from '../../src/administration/mail-copy/start-copy.ts';
import { offboard } from '../../src/administration/offboarding/offboard.ts';
import { deleteForGood } from '../../src/administration/recycle-bin/purge.ts';
import type { DirectoryContext } from '../../src/directory/context.ts';
import { createDirectory, createDirectoryContext, type Directory } from '../../src/directory/directory.ts';
import { restoreAccount } from '../../src/directory/recycle-bin/restore.ts';
import { createMailbox } from '../../src/mailbox/create.ts';
import { getMailbox } from '../../src/mailbox/list.ts';
import { getAcl, setAcl } from '../../src/mailbox/sharing/acl.ts';
import { parseRights } from '../../src/mailbox/sharing/rights.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { allRightRows } from '../../src/store/accounts/shares/right-rows.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';

interface House {
  readonly ctx: DirectoryContext;
  readonly directory: Directory;
  readonly scope: Scope;
  readonly mail: AdministrationHouse;
  /** A member with a mailbox; returns the account's number. */
  readonly member: (name: string) => Promise<number>;
  /** Makes a folder. */
  readonly make: (accountId: number, path: readonly string[]) => Promise<unknown>;
}

async function withHouse(run: (house: House) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-leaver-'));
  const clock = new FakeClock();
  try {
    await using database = await openSystemDatabase(place(join(folder, 'system.db')), clock);
    const ctx = createDirectoryContext({ database, clock });
    const directory = createDirectory(ctx);
    const scope = tenantScope((await directory.createTenant('鸿雁')).tenantId, 'test');
    await directory.addDomain(scope, 'hongyan.test');
    await using mail = await openAdministrationHouse(folder, ctx, clock);
    await run({
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
      make: (accountId, path) =>
        createMailbox(mail.mailboxes, systemScope(scope.tenantId, accountId, 'test'), path),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('MBX-11: who could use folders of a leaver can use their copies; a mere backup is shared with nobody', () =>
  withHouse(async ({ mail, scope, member, make, directory }) => {
    const [a, b, c, d, gone] = [
      await member('zhao'),
      await member('lin'),
      await member('wang'),
      await member('chen'),
      await member('gone'),
    ];
    const mailboxes = mail.administration.mailbox;
    const on = (accountId: number): Scope => systemScope(scope.tenantId, accountId, 'test');
    await make(a, ['projects']);
    await make(a, ['private']);
    const projects = await getMailbox(mailboxes, on(a), ['projects']);
    assert.ok(projects);
    const set = (who: string, rights: string): Promise<void> =>
      setAcl(mailboxes, on(a), projects.id, who, { mode: 'set', rights: parseRights(rights) });
    for (const who of ['lin', 'wang', 'gone']) await set(`${who}@hongyan.test`, 'lrs');
    await set('anyone', 'l');
    await directory.removeUser(scope, gone);
    await startCopy(mail.administration, scope, { from: a, to: d, folder: 'backup' });
    await offboard(mail.administration, scope, a, {
      successorId: b,
      mail: 'copy',
      incoming: 'refuse',
      folder: 'zhao',
    });
    await mail.jobs.runAll();
    const aclOf = async (owner: number, path: readonly string[]): Promise<[string, string][]> => {
      const folder = await getMailbox(mailboxes, on(owner), path);
      assert.ok(folder, path.join('/'));
      const [, ...others] = await getAcl(mailboxes, on(owner), folder.id);
      return others.map(({ identifier, rights }) => [identifier, [...rights].toSorted().join('')]);
    };
    assert.deepEqual(
      new Map(await aclOf(b, ['zhao', 'projects'])),
      new Map([
        ['anyone', 'l'],
        ['wang@hongyan.test', 'lrs'],
      ]),
    );
    assert.deepEqual(await aclOf(b, ['zhao', 'private']), []);
    assert.deepEqual(await aclOf(d, ['backup', 'projects']), []);
    const { neighbours } = mailboxes;
    const login = 'wang@hongyan.test';
    const wang = {
      ...on(c),
      principal: { kind: 'account', tenantId: scope.tenantId, accountId: c, login },
    } as const;
    const owners = (await neighbours?.reachable(wang))?.map(({ scope: { accountId } }) => accountId);
    assert.ok(owners?.includes(b), 'wang finds the successor among those who share');
    assert.ok(!owners?.includes(d));
  }));

test('RCY-05: what colleagues shared with somebody is theirs again after a restore, and gone when they are deleted for good', () =>
  withHouse(async ({ mail, scope, member, make, directory, ctx }) => {
    const [a, b, c] = [await member('zhao'), await member('lin'), await member('wang')];
    const mailboxes = mail.administration.mailbox;
    const owner = systemScope(scope.tenantId, a, 'test');
    await make(a, ['projects']);
    const projects = await getMailbox(mailboxes, owner, ['projects']);
    assert.ok(projects);
    for (const who of ['lin@hongyan.test', 'wang@hongyan.test', 'anyone']) {
      await setAcl(mailboxes, owner, projects.id, who, {
        mode: 'set',
        rights: parseRights('lrs'),
      });
    }
    const named = (): Promise<number[]> =>
      mailboxes.accounts.read(owner, async reader =>
        (await allRightRows(reader)).map(({ granteeId }) => granteeId).toSorted((x, y) => x - y),
      );
    await directory.removeUser(scope, b);
    await mail.jobs.runAll();
    await restoreAccount(ctx, scope, b);
    assert.deepEqual(await named(), [0, b, c], 'restored; 0 is everybody');
    await directory.removeUser(scope, b);
    await deleteForGood(mail.administration, scope, b);
    await mail.jobs.runAll();
    assert.deepEqual(await named(), [0, c]);
  }));
