import { defaultIdempotencyLimits, expireIdempotency } from '../access/idempotency.ts';
import { systemScope } from '../access/scope.ts';
import { emptyBin } from '../administration/recycle-bin/purge.ts';
import { expireOperations } from '../directory/administrators/operation-log.ts';
import { lookForNotices } from '../directory/notices/look.ts';
import { accountIsPurged } from '../directory/recycle-bin/purge.ts';
import { expireDeleted } from '../personal/deleted/deleted-emails.ts';
import type { Timer } from '../platform/clock.ts';
import { bodiesInUse } from '../store/accounts/bodies-in-use.ts';
import { BlobScrubber } from '../store/blobs/check/scrubber.ts';
import { BlobCollector } from '../store/blobs/garbage/collector.ts';
import { ObjectPacker } from '../store/blobs/objects/packer.ts';
import { everyAccount } from '../store/system/accounts.ts';
import type { House } from './house.ts';
import { tryExclusive } from './nodes/exclusive.ts';

/** How often a process looks whether there is something to tidy up, ms; the first time after a part of it. */
const everyMs = 3_600_000;
const firstMs = 60_000;
/** How often it is looked whether bodies wait to be packed, ms. */
const packEveryMs = 15_000;

/** Work that is nobody's request: bodies that are not used any more, records that are old, disks that fail silently. */
export interface Housekeeping extends AsyncDisposable {
  /** One round now, unless another process is at it or a backup wants none. Returns whether it ran. */
  run(): Promise<boolean>;
}

/** Mail deleted for good is forgotten when its time to be restored is over (CLN-02), account by account. */
async function forgetDeletedMail(house: House): Promise<void> {
  for (const { tenant_id: tenantId, id: accountId } of await everyAccount(house.system.look('provider'))) {
    if (await accountIsPurged(house.directoryContext, tenantId, accountId)) continue;
    try {
      await expireDeleted(house.mailbox, systemScope(tenantId, accountId, 'expiry of deleted mail'));
    } catch (error) {
      house.log.warn('house.deleted_mail_kept', { tenantId, accountId, error });
    }
  }
}

/** Starts housekeeping in this process. Of all processes on the data one does it at a time. */
export function startHousekeeping(house: House): Housekeeping {
  const { clock, log, records, config, accounts } = house;
  const { blobs } = house.spool;
  const collector = new BlobCollector(
    blobs,
    async (tenantId, accountId, hashes) => {
      // Who is gone for good uses nothing; anybody else whose file is not there may only be out of reach.
      if (await accountIsPurged(house.directoryContext, tenantId, accountId)) return [];
      return bodiesInUse(accounts, { tenantId, accountId }, hashes);
    },
    { generationMs: everyMs },
  );
  const { objects } = house.spool;
  const { packAfter, mergeRate } = config.store.objects;
  const packer =
    objects &&
    new ObjectPacker(blobs, objects, () => tryExclusive(house, 'pack'), {
      patienceMs: packAfter,
      everyMs: Math.min(packEveryMs, packAfter),
      merge: { bytesPerSecond: mergeRate },
    });
  packer?.start();
  let scrubber: BlobScrubber | null = null;
  let scrubLock: AsyncDisposable | null = null;
  let timer: Timer | null = null;
  let running: Promise<boolean> | null = null;
  let ended = false;

  async function round(): Promise<boolean> {
    await using lock = await tryExclusive(house, 'collect');
    if (!lock) return false;
    const emptied = await emptyBin(house.administration);
    if (!lock.held) return false;
    const result = await collector.collect();
    if (!lock.held) return false;
    const now = clock.now();
    const { keepTrace, keepSignIns, keepOperations } = config.records;
    const expired = await records.expire({
      trace: now - keepTrace,
      signIns: now - keepSignIns,
    });
    await forgetDeletedMail(house);
    const operations = await expireOperations(house.directoryContext, keepOperations);
    await lookForNotices(house.directoryContext);
    await expireIdempotency({ database: house.system, clock, limits: defaultIdempotencyLimits });
    log.info('house.tidied', { ...result, recordsExpired: expired + operations, emptied });
    return true;
  }

  /** One process of the group reads all bodies over and over; the lock is its for as long as it lives. */
  async function scrub(): Promise<void> {
    if (scrubber || ended) return;
    const lock = await tryExclusive(house, 'scrub');
    if (!lock) return;
    scrubLock = lock;
    const mine = new BlobScrubber(blobs);
    scrubber = mine;
    mine.start();
    lock.onLost(() => {
      scrubber = null;
      void mine[Symbol.asyncDispose]();
    });
  }

  function schedule(delayMs: number): void {
    timer = clock.after(delayMs, () => {
      running = scrub()
        .then(round)
        .catch((error: unknown) => {
          log.error('house.tidy_failed', { error });
          return false;
        })
        .finally(() => {
          running = null;
          if (!ended) schedule(everyMs);
        });
    });
  }

  schedule(firstMs);
  return {
    run: round,
    async [Symbol.asyncDispose]() {
      ended = true;
      timer?.cancel();
      await collector[Symbol.asyncDispose]();
      await packer?.[Symbol.asyncDispose]();
      await running;
      await scrubber?.[Symbol.asyncDispose]();
      await scrubLock?.[Symbol.asyncDispose]();
    },
  };
}
