import type { Clock } from '../platform/clock.ts';
import { MailError } from '../platform/errors.ts';
import type { CompanyDatabase } from '../store/sql/company-database.ts';
import {
  deleteIdempotency,
  deleteOldIdempotency,
  finishIdempotency,
  type IdempotencyKey,
  idempotencyRow,
  insertIdempotency,
} from '../store/system/administration/idempotency-rows.ts';

export type { IdempotencyKey } from '../store/system/administration/idempotency-rows.ts';

/** Named values, ms and octets. */
export interface IdempotencyLimits {
  /** How long an answer is kept. */
  readonly keepMs: number;
  /** After this a request that never ended is taken for dead: its process died. */
  readonly runMs: number;
  /** Longest answer kept; of longer ones only that they were given. */
  readonly maxAnswer: number;
}

export const defaultIdempotencyLimits: IdempotencyLimits = {
  keepMs: 24 * 3_600_000,
  runMs: 10 * 60_000,
  maxAnswer: 64 * 1024,
};

export interface IdempotencyContext {
  readonly database: CompanyDatabase;
  readonly clock: Clock;
  readonly limits: IdempotencyLimits;
}

/** An answer as it is kept. */
export interface KeptAnswer {
  readonly status: number;
  readonly location: string | null;
  readonly body: string | null;
}

/** What to do with a request: answer as before, or do it and say how it ended. */
export type Attempt =
  | { readonly kind: 'known'; readonly answer: KeptAnswer }
  | {
      readonly kind: 'new';
      /** Keeps the answer; with `body` null only that there was one. */
      done(answer: KeptAnswer): Promise<void>;
      /** Frees the key: nothing was done. */
      failed(): Promise<void>;
    };

/**
 * Takes a key for a request, or finds the answer that it got before. Throws `api.idempotency_mismatch` when the key was
 * used for another request, `api.idempotency_running` while the first is under way, `api.idempotency_forgotten` when it
 * was done but its answer is not kept.
 */
export async function attempt(
  ctx: IdempotencyContext,
  key: IdempotencyKey,
  requestHash: string,
): Promise<Attempt> {
  const { database, clock, limits } = ctx;
  const now = clock.now();
  const rows = database.of(key.tenantId);
  const known = await rows.transact(async tx => {
    if (await insertIdempotency(tx, key, requestHash, now)) return null;
    const row = await idempotencyRow(tx, key);
    if (!row) throw new MailError('store.busy');
    const age = now - row.created_at;
    if (age >= (row.status === null ? limits.runMs : limits.keepMs)) {
      await deleteIdempotency(tx, key, row.created_at);
      await insertIdempotency(tx, key, requestHash, now);
      return null;
    }
    return row;
  });
  if (!known) {
    return {
      kind: 'new',
      async done(answer) {
        const short = answer.body === null || answer.body.length <= limits.maxAnswer;
        const kept = short ? answer : { ...answer, body: null };
        await rows.transact(tx => finishIdempotency(tx, key, now, kept));
      },
      failed: () => rows.transact(tx => deleteIdempotency(tx, key, now)),
    };
  }
  if (known.request_hash !== requestHash) throw new MailError('api.idempotency_mismatch');
  const { status, location, body } = known;
  if (status === null) throw new MailError('api.idempotency_running', { seconds: 1 });
  if (body === null && status !== 204) throw new MailError('api.idempotency_forgotten');
  return { kind: 'known', answer: { status, location, body } };
}

/** Removes answers that are older than they are kept. Returns how many. */
export async function expireIdempotency(ctx: IdempotencyContext): Promise<number> {
  const before = ctx.clock.now() - ctx.limits.keepMs;
  return ctx.database.act('upkeep').transact(tx => deleteOldIdempotency(tx, before));
}
