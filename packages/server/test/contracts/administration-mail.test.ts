import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { scanMessage } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import { onlyFiles } from '@hongyan/testkit/stores/databases.ts';
import { accessOf } from '../../src/access/grants.ts';
import { type Scope, systemScope, tenantScope } from '../../src/access/scope.ts';
import { cancelJob, getJob, retryJob } from '../../src/administration/jobs/jobs.ts';
import { JobRunner, JobStopped } from '../../src/administration/jobs/runner.ts';
import { copyMailWorker } from '../../src/administration/mail-copy/copy-mail.ts';
import { startCopy } from '../../src/administration/mail-copy/start-copy.ts';
import { offboard } from '../../src/administration/offboarding/offboard.ts';
import { deleteForGood, emptyBin } from '../../src/administration/recycle-bin/purge.ts';
import { orderPlan } from '../../src/directory/plans/tenant-plan.ts';
import { createPublicMailbox } from '../../src/directory/public-mailboxes/public-mailboxes.ts';
import { reassignAddresses } from '../../src/directory/recycle-bin/reassign.ts';
import { listRecycled } from '../../src/directory/recycle-bin/recycled.ts';
import { restoreAccount } from '../../src/directory/recycle-bin/restore.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import { createAccount, createMailbox } from '../../src/mailbox/create.ts';
import { listMailboxes } from '../../src/mailbox/list.ts';
import { fetchRows } from '../../src/mailbox/rows.ts';
import { subscribeFolder } from '../../src/mailbox/sharing/subscriptions.ts';
import { Flag } from '../../src/mailbox/types.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { searchPath } from '../../src/store/accounts/search/search-store.ts';
import { subscriptionRows } from '../../src/store/accounts/shares/subscription-rows.ts';
import { type MailCompany, withMailCompany } from '../people-fixture/mail-company.ts';

const day = 86_400_000;

interface House extends MailCompany {
  /** Files `count` messages below `path`. */
  readonly fill: (accountId: number, path: readonly string[], count: number) => Promise<void>;
  /** Messages of each folder, by path. */
  readonly counts: (accountId: number) => Promise<Record<string, number>>;
}

async function withHouse(run: (house: House) => Promise<void>): Promise<void> {
  await withMailCompany(company => {
    const { mailboxes } = company.mail;
    const { scope } = company;
    const on = (accountId: number): Scope => systemScope(scope.tenantId, accountId, 'test');
    return run({
      ...company,
      async fill(accountId, path, count) {
        const there = (await listMailboxes(mailboxes, on(accountId))).find(
          mailbox => mailbox.path.join('/') === path.join('/'),
        );
        const mailbox = there ?? (await createMailbox(mailboxes, on(accountId), path));
        for (let i = 0; i < count; i += 1) {
          const text = `Subject: ${path.join('/')} ${i}\r\nMessage-ID: <${accountId}.${path.length}.${i}@x.test>\r\n\r\nhello ${path.join()} ${i}\r\n`;
          const bytes = Buffer.from(text);
          await using writer = mailboxes.blobs.create(scope.tenantId);
          await writer.write(bytes);
          const blob = await writer.seal();
          await appendMessages(mailboxes, on(accountId), mailbox.id, [
            {
              blob,
              summary: summarise(scanMessage(bytes)),
              prefix: new Uint8Array(0),
              flags: { bits: i % 2 === 0 ? Flag.Seen : 0, keywords: i % 3 === 0 ? ['work'] : [] },
              receivedAt: 1_000_000 + i,
            },
          ]);
        }
      },
      async counts(accountId) {
        const all = await listMailboxes(mailboxes, on(accountId));
        return Object.fromEntries(all.map(mailbox => [mailbox.path.join('/'), mailbox.total]));
      },
    });
  });
}

const refused = (work: Promise<unknown>, code: Parameters<typeof isMailError>[1]): Promise<void> =>
  assert.rejects(work, error => isMailError(error, code));

test('MBX-07: a backup puts the tree of A with the same counts, flags and dates into a folder of B', () =>
  withHouse(async ({ mail, scope, member, fill, counts }) => {
    const a = await member('chen');
    const b = await member('lin');
    await fill(a, ['INBOX'], 120);
    await fill(a, ['项目', '一', '二', '三', '四', '五'], 7);
    await fill(a, ['空'], 0);
    const job = await startCopy(mail.administration, scope, { from: a, to: b, folder: '陈的邮件' });
    assert.equal(job.state, 'waiting');
    assert.equal(await mail.jobs.runAll(), 1);
    const done = await getJob(mail.administration, scope, job.jobId);
    assert.deepEqual([done.state, done.total, done.done], ['done', 127, 127]);
    const before = await counts(a);
    const after = await counts(b);
    for (const [path, total] of Object.entries(before)) assert.equal(after[`陈的邮件/${path}`], total, path);
    const source = systemScope(scope.tenantId, a, 'test');
    const target = systemScope(scope.tenantId, b, 'test');
    const rowsOf = async (on: Scope, path: string): Promise<unknown[]> => {
      const mailbox = (await listMailboxes(mail.mailboxes, on)).find(one => one.path.join('/') === path);
      const rows: unknown[] = [];
      for await (const slice of fetchRows(mail.mailboxes, on, mailbox?.id ?? 0, [[1, 0xffff_ffff]], {})) {
        for (const row of slice)
          rows.push([row.flags, row.receivedAt, row.size, Buffer.from(row.blob.hash).toString('hex')]);
      }
      return rows;
    };
    assert.deepEqual(await rowsOf(target, '陈的邮件/INBOX'), await rowsOf(source, 'INBOX'));
    // A second backup does not mix with the first.
    await startCopy(mail.administration, scope, { from: a, to: b, folder: '陈的邮件' });
    await mail.jobs.runAll();
    assert.equal((await counts(b))['陈的邮件 (2)/INBOX'], 120);
  }));

test('MBX-07: a copy that is interrupted after any step goes on without loss or doubles', () =>
  withHouse(async ({ mail, scope, member, fill, counts, clock }) => {
    const a = await member('chen');
    const b = await member('lin');
    await fill(a, ['INBOX'], 130);
    await fill(a, ['x'], 30);
    const job = await startCopy(mail.administration, scope, { from: a, to: b });
    let interruptions = 0;
    for (let round = 0; round < 40; round += 1) {
      let steps = 0;
      // Dies at its n-th report: what was filed is filed, what was to be written about it is lost.
      const dying = {
        kind: copyMailWorker.kind,
        run: (
          ctx: Parameters<typeof copyMailWorker.run>[0],
          running: Parameters<typeof copyMailWorker.run>[1],
        ) =>
          copyMailWorker.run(ctx, {
            ...running,
            async report(...progress) {
              steps += 1;
              if (steps > 1 + (round % 3)) {
                interruptions += 1;
                throw new JobStopped();
              }
              await running.report(...progress);
            },
          }),
      };
      await using runner = new JobRunner(mail.administration, [dying]);
      await runner.runAll();
      clock.advance(61_000);
      if ((await getJob(mail.administration, scope, job.jobId)).state === 'done') break;
    }
    assert.ok(interruptions > 2);
    assert.equal((await getJob(mail.administration, scope, job.jobId)).state, 'done');
    const after = await counts(b);
    assert.deepEqual([after['chen/INBOX'], after['chen/x']], [130, 30]);
  }));

test('a job can be stopped, and goes on where it was; a full mailbox fails it by name', () =>
  withHouse(async ({ mail, scope, member, fill, counts, directory }) => {
    const a = await member('chen');
    const b = await member('lin');
    await fill(a, ['INBOX'], 60);
    const job = await startCopy(mail.administration, scope, { from: a, to: b });
    assert.equal((await cancelJob(mail.administration, scope, job.jobId)).state, 'cancelled');
    assert.equal(await mail.jobs.runAll(), 0);
    await refused(cancelJob(mail.administration, scope, job.jobId), 'conflict.state');
    await directory.updateUser(scope, b, { quotaMessages: 55 });
    await retryJob(mail.administration, scope, job.jobId);
    await mail.jobs.runAll();
    const failed = await getJob(mail.administration, scope, job.jobId);
    assert.deepEqual([failed.state, failed.error], ['failed', 'quota.exceeded']);
    await directory.updateUser(scope, b, { quotaMessages: null });
    await retryJob(mail.administration, scope, job.jobId);
    await mail.jobs.runAll();
    assert.equal((await counts(b))['chen/INBOX'], 60);
    const other = tenantScope((await directory.createTenant('other')).tenantId, 'test');
    await refused(getJob(mail.administration, other, job.jobId), 'job.not_found');
    await refused(startCopy(mail.administration, other, { from: a, to: b }), 'account.not_found');
    await refused(startCopy(mail.administration, scope, { from: a, to: a }), 'conflict.state');
  }));

test('MBX-11, MBX-08, RCY-03: offboarding gives mail and addresses to the successor; a restore takes the addresses back', () =>
  withHouse(async ({ mail, scope, member, fill, counts, directory, ctx }) => {
    const a = await member('zhao');
    const b = await member('lin');
    await directory.addAlias(scope, a, 'qiming@hongyan.test');
    await fill(a, ['INBOX'], 12);
    const done = await offboard(mail.administration, scope, a, {
      successorId: b,
      mail: 'copy',
      incoming: 'forward',
      folder: '赵启明的邮件',
    });
    assert.deepEqual(done.addresses, ['zhao@hongyan.test', 'qiming@hongyan.test']);
    await mail.jobs.runAll();
    assert.equal((await counts(b))['赵启明的邮件/INBOX'], 12);
    for (const address of done.addresses) {
      const found = await directory.resolve(address);
      assert.equal(found.kind === 'account' && found.accountId, b, address);
    }
    await restoreAccount(ctx, scope, a);
    for (const address of done.addresses) {
      const found = await directory.resolve(address);
      assert.equal(found.kind === 'account' && found.accountId, a, address);
    }
    assert.equal((await counts(a))['INBOX'], 12);
    await refused(
      offboard(mail.administration, scope, a, { successorId: a, mail: 'keep', incoming: 'refuse' }),
      'conflict.state',
    );
    await refused(
      offboard(mail.administration, scope, a, { successorId: null, mail: 'copy', incoming: 'refuse' }),
      'input.invalid',
    );
  }));

test('RCY-04: mail is copied out of the bin; RCY-05: deleted for good, its file and bodies are gone and the address is free', () =>
  withHouse(async ({ mail, scope, member, fill, counts, directory, folder, ctx }) => {
    const a = await member('chen');
    const b = await member('lin');
    await fill(a, ['INBOX'], 5);
    await directory.removeUser(scope, a);
    await startCopy(mail.administration, scope, { from: a, to: b });
    await mail.jobs.runAll();
    assert.equal((await counts(b))['chen/INBOX'], 5);
    const file = join(folder, 'tenants', String(scope.tenantId), 'accounts', `${a}.db`);
    if (!onlyFiles) assert.equal(existsSync(file), true);
    await deleteForGood(mail.administration, scope, a);
    await refused(startCopy(mail.administration, scope, { from: a, to: b }), 'account.not_found');
    await mail.jobs.runAll();
    assert.equal(existsSync(file), false);
    assert.deepEqual((await listRecycled(ctx, scope)).items, []);
    const again = await directory.createUser(scope, { address: 'chen@hongyan.test' });
    assert.ok(again.accountId > b);
    // The copy has its own hold on the bodies.
    const target = systemScope(scope.tenantId, b, 'test');
    const inbox = (await listMailboxes(mail.mailboxes, target)).find(
      one => one.path.join('/') === 'chen/INBOX',
    );
    for await (const rows of fetchRows(mail.mailboxes, target, inbox?.id ?? 0, [[1, 9]], {})) {
      for (const row of rows)
        assert.ok((await mail.mailboxes.blobs.read(scope.tenantId, row.blob.hash)).length > 0);
    }
  }));

test('RCY-05: what somebody was subscribed to in mailboxes of others goes when they are deleted for good, not before', () =>
  withHouse(async ({ mail, scope, member, directory, ctx }) => {
    const [a, b] = [await member('chen'), await member('lin')];
    const { accountId: sales } = await createPublicMailbox(ctx, scope, {
      address: 'sales@hongyan.test',
      displayName: 'Sales',
      users: [a, b],
    });
    const { tenantId } = scope;
    await createAccount(mail.mailboxes, systemScope(tenantId, sales, 'test'), []);
    const as = (accountId: number): Scope => ({
      ...systemScope(tenantId, sales, 'test'),
      principal: { kind: 'account', tenantId, accountId, login: '' },
    });
    const rows = async (accountId: number): Promise<number> =>
      (await mail.mailboxes.accounts.read(as(a), reader => subscriptionRows(reader, accountId))).length;
    for (const each of [a, b]) await subscribeFolder(mail.mailboxes, as(each), 1, true);
    await directory.removeUser(scope, a);
    await mail.jobs.runAll();
    assert.equal(await rows(a), 1, 'in the bin');
    await deleteForGood(mail.administration, scope, a);
    await mail.jobs.runAll();
    assert.deepEqual([await rows(a), await rows(b)], [0, 1]);
  }));

test('RCY-05: the word index goes with the mail, also when the mail went in an earlier try', () =>
  withHouse(async ({ mail, scope, member, fill, directory, folder }) => {
    for (const early of [false, true]) {
      const a = await member(early ? 'early' : 'chen');
      await fill(a, ['INBOX'], 1);
      const account = systemScope(scope.tenantId, a, 'test');
      await mail.mailboxes.search?.use(account, async () => undefined, true);
      const index = searchPath(folder, account);
      assert.equal(existsSync(index), true);
      await directory.removeUser(scope, a);
      await deleteForGood(mail.administration, scope, a);
      if (early) await mail.mailboxes.accounts.remove(account);
      await mail.jobs.runAll();
      assert.deepEqual(readdirSync(dirname(index)), []);
    }
  }));

test('RCY-02, RCY-08: a member stays 30 days and a public mailbox 60; on the day after nothing is left', () =>
  withHouse(async ({ mail, scope, member, directory, clock, ctx, folder }) => {
    const a = await member('chen');
    const sales = await directory.createUser(scope, { address: 'sales@hongyan.test', kind: 'public' });
    await directory.removeUser(scope, a);
    await directory.removeUser(scope, sales.accountId);
    const left = async (): Promise<number[]> =>
      (await listRecycled(ctx, scope)).items.map(item => item.accountId).toSorted((x, y) => x - y);
    clock.advance(30 * day - 1);
    await emptyBin(mail.administration);
    assert.deepEqual(await left(), [a, sales.accountId]);
    clock.advance(1);
    assert.deepEqual(await left(), [sales.accountId]);
    await refused(restoreAccount(ctx, scope, a), 'account.not_found');
    await refused(reassignAddresses(ctx, scope, a, sales.accountId), 'account.not_found');
    assert.equal(await emptyBin(mail.administration), 1);
    await mail.jobs.runAll();
    assert.equal(existsSync(join(folder, 'tenants', String(scope.tenantId), 'accounts', `${a}.db`)), false);
    clock.advance(30 * day);
    assert.equal(await emptyBin(mail.administration), 1);
    assert.deepEqual(await left(), []);
    assert.equal((await directory.resolve('sales@hongyan.test')).kind, 'unknown');
    await directory.createUser(scope, { address: 'sales@hongyan.test' });
  }));

test('MBX-05: the plan says how much an ordinary member may keep', () =>
  withHouse(async ({ scope, member, directory, ctx }) => {
    const a = await member('chen');
    assert.equal((await directory.quota(scope.tenantId, a)).limitBytes, null);
    await orderPlan(ctx, scope, { plan: 'basic' });
    assert.equal((await directory.quota(scope.tenantId, a)).limitBytes, 1024 ** 3);
  }));

test('MBX-11, PUB-09: who succeeds a leaver may use their public mailboxes, when that is wanted', () =>
  withHouse(async ({ mail, scope, member, ctx }) => {
    const [a, b, c] = [await member('zhao'), await member('lin'), await member('wang')];
    await createPublicMailbox(ctx, scope, { address: 'service@hongyan.test', users: [a] });
    await createPublicMailbox(ctx, scope, { address: 'info@hongyan.test', users: [b] });
    const usable = async (accountId: number): Promise<string[]> =>
      (await accessOf(ctx, scope.tenantId, accountId)).accounts.map(({ address }) => address);
    const leave = { mail: 'keep', incoming: 'refuse' } as const;
    const done = await offboard(mail.administration, scope, a, { ...leave, successorId: b, handOver: true });
    assert.deepEqual(done.handedOver, ['service@hongyan.test']);
    assert.deepEqual((await usable(b)).toSorted(), ['info@hongyan.test', 'service@hongyan.test']);
    const quiet = await offboard(mail.administration, scope, b, { ...leave, successorId: c });
    assert.deepEqual([quiet.handedOver, await usable(c)], [[], []]);
    await refused(
      offboard(mail.administration, scope, c, { ...leave, successorId: null, handOver: true }),
      'input.invalid',
    );
  }));
