import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Scope, systemScope } from '../../src/access/scope.ts';
import { startCopy } from '../../src/administration/mail-copy/start-copy.ts';
import { offboard } from '../../src/administration/offboarding/offboard.ts';
import { deleteForGood } from '../../src/administration/recycle-bin/purge.ts';
import { restoreAccount } from '../../src/directory/recycle-bin/restore.ts';
import { createMailbox } from '../../src/mailbox/create.ts';
import { getMailbox } from '../../src/mailbox/list.ts';
import { getAcl, setAcl } from '../../src/mailbox/sharing/acl.ts';
import { parseRights } from '../../src/mailbox/sharing/rights.ts';
import { allRightRows } from '../../src/store/accounts/shares/right-rows.ts';
import { type MailCompany, withMailCompany } from '../people-fixture/mail-company.ts';

/** A company, and a way to make a folder in a member's mailbox. */
interface House extends MailCompany {
  readonly make: (accountId: number, path: readonly string[]) => Promise<unknown>;
}

const withHouse = (run: (house: House) => Promise<void>): Promise<void> =>
  withMailCompany(company =>
    run({
      ...company,
      make: (accountId, path) =>
        createMailbox(company.mail.mailboxes, systemScope(company.scope.tenantId, accountId, 'test'), path),
    }),
  );

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
