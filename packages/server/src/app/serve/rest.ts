import { defaultApiTokenLimits } from '../../access/api-tokens.ts';
import { defaultIdempotencyLimits } from '../../access/idempotency.ts';
import { defaultRestLimits, type RestContext } from '../../protocols/rest/context.ts';
import type { House } from '../house.ts';

/** What the administration API works with. */
export function restContext(house: House): RestContext {
  const { clock, log, system } = house;
  return {
    directory: house.directoryContext,
    imports: {
      directory: house.directoryContext,
      log,
      hasSignedIn: (_tenantId, accountIds) => house.records.hasSignedIn(accountIds),
    },
    administration: house.administration,
    passwords: house.passwords,
    signIn: house.signIn,
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
