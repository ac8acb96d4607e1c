import { AccessTokens } from '../../access/access-tokens.ts';
import { defaultApiTokenLimits } from '../../access/api-tokens.ts';
import { defaultWecomLimits, type WecomContext } from '../../protocols/wecom/context.ts';
import type { House } from '../house.ts';
import { traceContext } from './rest.ts';

/** What the WeCom-compatible API works with. */
export function wecomContext(house: House, mail: Pick<WecomContext, 'acceptor' | 'indexes'>): WecomContext {
  const { clock, log, system } = house;
  return {
    directory: house.directoryContext,
    mailbox: house.mailbox,
    ...mail,
    trace: traceContext(house),
    administration: house.administration,
    passwords: house.passwords,
    signIn: house.signIn,
    accessTokens: new AccessTokens({ database: system, clock, limits: defaultApiTokenLimits }),
    limits: defaultWecomLimits,
    allowPlainLoopback: house.config.access.allowPlainLoopback,
    clock,
    log,
  };
}
