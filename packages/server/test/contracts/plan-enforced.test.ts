import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listOperations } from '../../src/directory/administrators/operation-log.ts';
import { addAlias } from '../../src/directory/aliases.ts';
import { setVip } from '../../src/directory/members/seats.ts';
import { type Entitlement, entitlements, type PlanLimits } from '../../src/directory/plans/plan.ts';
import { planTemplates } from '../../src/directory/plans/templates.ts';
import { orderPlan, type PlanChanges } from '../../src/directory/plans/tenant-plan.ts';
import { createPublicMailbox } from '../../src/directory/public-mailboxes/public-mailboxes.ts';
import { removeUser } from '../../src/directory/recycle-bin/remove.ts';
import { changeTagEntries, createTag } from '../../src/directory/tags/tags.ts';
import { uploadCertificate } from '../../src/domains/certificates/store.ts';
import { silentLog } from '../../src/platform/log.ts';
import { makeSelfSigned } from '../../src/platform/tls/self-signed.ts';
import { recycledById } from '../../src/store/system/people/recycled.ts';
import { type House, refused, withHouse } from '../people-fixture/house.ts';

const day = 86_400_000;

/** Puts the company on Pro with other numbers. */
async function agree(house: House, limits: Partial<PlanLimits>, vipSeats = 1): Promise<void> {
  const changes: PlanChanges = { limits };
  await orderPlan(house.ctx, house.scope, { plan: 'pro', vipSeats, changes });
}

const exceeded = (work: Promise<unknown>): Promise<void> => refused(work, 'limit.exceeded');

/** How long what is removed stays in the bin, days. */
async function daysInBin({ ctx, scope }: House, accountId: number): Promise<number> {
  await removeUser(ctx, scope, accountId);
  const row = await recycledById(ctx.database.of(scope.tenantId), scope.tenantId, accountId);
  return ((row?.expires_at ?? 0) - (row?.deleted_at ?? 0)) / day;
}

const quotaOf = async ({ directory, scope }: House, accountId: number): Promise<number | null> =>
  (await directory.quota(scope.tenantId, accountId)).limitBytes;

const makePublic = ({ ctx, scope }: House, local: string) =>
  createPublicMailbox(ctx, scope, { address: `${local}@hongyan.test`, users: [] });

/** What shows that a number of the plan holds; a text: what it waits for. */
const limits: Readonly<Record<keyof PlanLimits, string | ((house: House) => Promise<void>)>> = {
  async domains(house) {
    await agree(house, { domains: 1 });
    await exceeded(house.directory.addDomain(house.scope, 'second.test'));
  },
  async publicMailboxes(house) {
    await agree(house, { publicMailboxes: 1 }, 0);
    await makePublic(house, 'one');
    await exceeded(makePublic(house, 'two'));
  },
  async publicMailboxesPerFreeVipSeat(house) {
    await agree(house, { publicMailboxes: 1, publicMailboxesPerFreeVipSeat: 1 }, 1);
    await makePublic(house, 'one');
    await makePublic(house, 'two');
    await exceeded(makePublic(house, 'three'));
  },
  async aliasesPerAccount(house) {
    await agree(house, { aliasesPerAccount: 1 });
    const { accountId } = await house.member('a');
    await addAlias(house.ctx, house.scope, accountId, 'a1@hongyan.test');
    await exceeded(addAlias(house.ctx, house.scope, accountId, 'a2@hongyan.test'));
  },
  async memberQuotaBytes(house) {
    const { accountId } = await house.member('a');
    await agree(house, { memberQuotaBytes: 123_456 });
    assert.equal(await quotaOf(house, accountId), 123_456);
  },
  async vipQuotaBytes(house) {
    const { accountId } = await house.member('a');
    await agree(house, { vipQuotaBytes: 234_567 });
    await setVip(house.ctx, house.scope, { members: [accountId] }, true);
    assert.equal(await quotaOf(house, accountId), 234_567);
  },
  async publicQuotaBytes(house) {
    await agree(house, { publicQuotaBytes: 345_678 });
    assert.equal(await quotaOf(house, (await makePublic(house, 'one')).accountId), 345_678);
  },
  async recycleMemberDays(house) {
    await agree(house, { recycleMemberDays: 9 });
    assert.equal(await daysInBin(house, (await house.member('a')).accountId), 9);
  },
  async recyclePublicDays(house) {
    await agree(house, { recyclePublicDays: 8 });
    assert.equal(await daysInBin(house, (await makePublic(house, 'one')).accountId), 8);
  },
  async logMonths(house) {
    await house.member('a');
    await agree(house, { logMonths: 1 });
    const count = async (): Promise<number> =>
      (await listOperations(house.ctx, house.scope, {}, null, 100)).length;
    assert.ok((await count()) > 0);
    house.clock.advance(40 * day);
    assert.equal(await count(), 0);
  },
  async departments(house) {
    await agree(house, { departments: 1 });
    await house.department('one');
    await exceeded(house.department('two'));
  },
  async departmentLevels(house) {
    await agree(house, { departmentLevels: 1 });
    const id = await house.department('one');
    await exceeded(house.department('below', id));
  },
  async departmentsPerMember(house) {
    await agree(house, { departmentsPerMember: 1 });
    const places = [
      { departmentId: await house.department('one') },
      { departmentId: await house.department('two') },
    ];
    await exceeded(house.member('a', { departments: places }));
  },
  async tags(house) {
    await agree(house, { tags: 1 });
    await createTag(house.ctx, house.scope, 'one');
    await exceeded(createTag(house.ctx, house.scope, 'two'));
  },
  async entriesPerTag(house) {
    await agree(house, { entriesPerTag: 1 });
    const { tagId } = await createTag(house.ctx, house.scope, 'one');
    const members = [(await house.member('a')).accountId, (await house.member('b')).accountId];
    await exceeded(changeTagEntries(house.ctx, house.scope, tagId, { members }, 'add'));
  },
  folders: 'plan-folders.test.ts (FLD-01)',
  folderLevels: 'plan-folders.test.ts (FLD-01)',
  labels: 'plan-folders.test.ts (FLD-03)',
  attachmentBytes: 'sizes of attachments (CMP-04)',
  largeAttachmentBytes: 'super-large attachments (CMP-04)',
  transitBytes: 'the transit station (DRV-01)',
  transitFiles: 'the transit station (DRV-01)',
  transitDays: 'the transit station (DRV-01)',
  personalDriveBytes: 'drives (DRV-03)',
  companyDriveBytes: 'drives (DRV-02)',
};

const notIncluded = (work: Promise<unknown>): Promise<void> => refused(work, 'plan.not_included');

/** What shows that a company whose plan does not include something is refused; a text: what it waits for. */
const included: Readonly<Record<Entitlement, string | ((house: House) => Promise<void>)>> = {
  async vipSeats(house) {
    const { accountId } = await house.member('a');
    await notIncluded(setVip(house.ctx, house.scope, { members: [accountId] }, true));
  },
  async ownDomainHttps({ ctx, scope, clock }) {
    const { cert, key } = await makeSelfSigned({ names: ['mail.hongyan.test'], now: clock.now() });
    const wrapping = Buffer.alloc(32, 9);
    const certificates = { database: ctx.database, clock, log: silentLog, wrapping };
    await notIncluded(uploadCertificate(certificates, scope, cert, key));
  },
  api: 'rest-permissions and wecom: tokens are refused on Basic (API-01)',
  mailControl: 'rules for sending and approval (S1 §2.9)',
  archive: 'the archive (S1 §2.9.3)',
  addressLimit: 'sign-in from chosen addresses (SEC-07)',
  ownSignInPage: 'sign-in pages of a company’s own (BRD-01)',
  signOutRedirect: 'where a sign-out leads (BRD-03)',
  subsidiaries: 'companies of a group',
};

for (const [name, proof] of Object.entries(limits)) {
  if (typeof proof === 'string') continue;
  test(`TEN-05, TEN-04: the plan's number for ${name} holds`, () => withHouse(proof));
}

for (const [name, proof] of Object.entries(included)) {
  if (typeof proof === 'string') continue;
  test(`TEN-05: without ${name} in the plan it is refused`, () =>
    withHouse(async house => {
      await orderPlan(house.ctx, house.scope, { plan: 'basic' });
      await proof(house);
    }));
}

test('TEN-05: every number and function of the plans is looked at here', () => {
  for (const { limits: given } of Object.values(planTemplates)) {
    assert.deepEqual(Object.keys(given).toSorted(), Object.keys(limits).toSorted());
  }
  assert.deepEqual([...entitlements].toSorted(), Object.keys(included).toSorted());
});
