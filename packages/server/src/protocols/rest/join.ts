import { Readable } from 'node:stream';
import { acceptedLanguage } from '@hongyan/phrases/phrases.ts';
import type { FastifyInstance, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { Type } from 'typebox';
import { checkPrefix, openInvitation, requestToJoin } from '../../directory/invitations/joining.ts';
import { RateLimiter } from '../../platform/net/rate-limiter.ts';
import { readJson } from './kit/body.ts';
import { base, type Kit, sendFailure } from './kit/handler.ts';
import { Checker } from './kit/input.ts';
import { object } from './kit/schema.ts';
import { momentOf } from './schemas/paged.ts';

/** Octets of what an applicant sends. */
const bodyOctets = 16 * 1024;

/** Requests a minute of one address, and how many at once: somebody who tries addresses is slow. */
const perMinute = { looking: 60, joining: 6 };
const burst = { looking: 30, joining: 5 };

const applicantSchema = object({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  mobile: Type.String({ minLength: 1, maxLength: 40 }),
  prefix: Type.String({ minLength: 1, maxLength: 64 }),
  password: Type.String({ minLength: 1, maxLength: 1_024 }),
});

const prefixSchema = object({ prefix: Type.String({ minLength: 1, maxLength: 64 }) });

/**
 * The public side of invitations (DIR-04), for people who have no account yet: `GET /join/{token}`,
 * `GET /join/{token}/prefix?prefix=…` and `POST /join/{token}`. Nothing but the token opens them.
 */
export function registerJoin(server: FastifyInstance, kit: Kit): void {
  const { ctx, carrier } = kit;
  const looking = new RateLimiter(ctx.clock, perMinute.looking, burst.looking);
  const joining = new RateLimiter(ctx.clock, perMinute.joining, burst.joining);
  const applicant = new Checker(applicantSchema);
  const wantedPrefix = new Checker(prefixSchema);
  const answering =
    (
      limiter: RateLimiter,
      work: (request: FastifyRequest, token: string) => Promise<unknown>,
    ): RouteHandlerMethod =>
    async (request, reply) => {
      try {
        limiter.take(carrier.client(request.raw).address);
        const { token } = request.params as { readonly token: string };
        const answer = await work(request, token);
        return await reply
          .header('cache-control', 'no-store')
          .type('application/json')
          .send(JSON.stringify(answer));
      } catch (error) {
        return sendFailure(kit, reply, error, acceptedLanguage(request.headers['accept-language']));
      }
    };
  server.get(
    `${base}/join/:token`,
    answering(looking, async (_request, token) => {
      const { expiresAt, ...rest } = await openInvitation(ctx.directory, token);
      return { ...rest, expiresAt: momentOf(expiresAt) };
    }),
  );
  server.get(
    `${base}/join/:token/prefix`,
    answering(looking, (request, token) => {
      wantedPrefix.require(request.query, 'query');
      return checkPrefix(ctx.directory, token, (request.query as { readonly prefix: string }).prefix);
    }),
  );
  server.route({
    method: 'POST',
    url: `${base}/join/:token`,
    bodyLimit: Number.MAX_SAFE_INTEGER,
    handler: answering(joining, async (request, token) => {
      const raw = request.body instanceof Readable ? request.body : Readable.from([]);
      const { value: body } = await readJson({ bodyOctets }, request, raw, bodyOctets);
      applicant.require(body, 'body');
      const { address } = carrier.client(request.raw);
      const person = body as { name: string; mobile: string; prefix: string; password: string };
      return requestToJoin(ctx.directory, ctx.passwords, token, person, address);
    }),
  });
}
