import { defaultApiTokenLimits } from '../../access/api-tokens.ts';
import { defaultIdempotencyLimits } from '../../access/idempotency.ts';
import { defaultTraceLimits, type TraceContext } from '../../administration/trace/context.ts';
import { defaultRestLimits, type RestContext } from '../../protocols/rest/context.ts';
import type { House } from '../house.ts';
import { activationMailer } from './activation-mail.ts';
import { wakeQueue } from './wake-queue.ts';

/** What the trace works with, for whoever asks it. */
export function traceContext(house: House): TraceContext {
  const { clock } = house;
  return {
    directory: house.directoryContext,
    records: house.records,
    queue: { database: house.spool.database, blobs: house.spool.blobs, clock },
    clock,
    limits: {
      ...defaultTraceLimits,
      keptMs: Math.min(defaultTraceLimits.keptMs, house.config.records.keepTrace),
    },
    wakeQueue: () => wakeQueue(house),
  };
}

/** What the administration API works with. */
export function restContext(house: House): RestContext {
  const { clock, log, system } = house;
  return {
    directory: house.directoryContext,
    imports: {
      directory: house.directoryContext,
      log,
      hasSignedIn: (tenantId, accountIds) => house.records.hasSignedIn(tenantId, accountIds),
    },
    administration: house.administration,
    trace: traceContext(house),
    passwords: house.passwords,
    signIn: house.signIn,
    mailActivation: activationMailer(house),
    domains: house.domains,
    certificates: house.certificates,
    tokens: { database: system, clock, limits: defaultApiTokenLimits },
    idempotency: { database: system, clock, limits: defaultIdempotencyLimits },
    limits: defaultRestLimits,
    allowPlainLoopback: house.config.access.allowPlainLoopback,
    clock,
    log,
  };
}
