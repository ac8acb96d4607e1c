import type { FastifyRequest, RouteHandlerMethod } from 'fastify';
import { activate, openActivation } from '../../../../access/activation/activate.ts';
import { MailError } from '../../../../platform/errors.ts';
import { RateLimiter } from '../../../../platform/net/rate-limiter.ts';
import type { WebContext, WebServices } from '../../context.ts';
import { isPrivate } from '../../identify.ts';
import { requireSameOrigin } from '../../same-origin.ts';
import { readBody } from '../body.ts';
import { afterPassword } from './after-password.ts';

/** Requests a minute of one address, and how many at once: a token cannot be guessed, and trying is slow as well. */
const perMinute = { looking: 30, setting: 6 };
const burst = { looking: 20, setting: 5 };

interface Handlers {
  readonly show: RouteHandlerMethod;
  readonly use: RouteHandlerMethod;
}

const tokenOf = (request: FastifyRequest): string => (request.params as { readonly token: string }).token;

/**
 * `GET /auth/activation/:token` shows whose link it is (MBX-03); `POST /auth/activation/:token` `{password}` sets the password
 * and goes on as a sign-in does, second factor included.
 */
export function activationHandlers(ctx: WebContext, web: WebServices): Handlers {
  const looking = new RateLimiter(ctx.clock, perMinute.looking, burst.looking);
  const setting = new RateLimiter(ctx.clock, perMinute.setting, burst.setting);
  return {
    show: async request => {
      looking.take(web.client(request.raw).address);
      const { expiresAt, ...rest } = await openActivation(ctx.passwords, tokenOf(request));
      return { ...rest, expiresAt: new Date(expiresAt).toISOString() };
    },
    use: async (request, reply) => {
      const client = web.client(request.raw);
      requireSameOrigin(request.raw, client);
      setting.take(client.address);
      const encrypted = isPrivate(ctx, client);
      if (!encrypted) throw new MailError('auth.encryption_required');
      const { password } = readBody(request.body, { password: 'string' });
      const login = await activate(ctx.passwords, tokenOf(request), password, client.address);
      const provenAt = ctx.clock.now();
      const attempt = {
        service: 'web',
        address: client.address,
        encrypted,
        agent: request.headers['user-agent'] ?? '',
      } as const;
      const principal = await ctx.authenticator.password(login, password, attempt);
      return afterPassword(ctx, web, request, reply, { principal, keep: false, provenAt }, attempt);
    },
  };
}
