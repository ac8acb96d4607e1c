import { type Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { allRights, type Scope, wholeTenant } from '../../access/scope.ts';
import { requireEntitlement } from '../../directory/plans/tenant-plan.ts';
import { MailError } from '../../platform/errors.ts';
import { RateLimiter } from '../../platform/net/rate-limiter.ts';
import type { WecomCall, WecomCarrier, WecomContext, WecomModule } from './context.ts';
import { answerOf, errcodes, WecomError } from './errors.ts';
import { Input } from './input.ts';
import { calls } from './registry.ts';

const base = '/cgi-bin';

/**
 * The API that programs written for Tencent's mail speak (API-01 to API-03), at the same paths: `gettoken` with the
 * company's number and an API token, then calls with `access_token`. Every answer is 200 with `errcode` and `errmsg`.
 *
 * @example
 * await openWeb(web, options, [services => wecomModule(wecom, services)]);
 */
export function wecomModule(ctx: WecomContext, carrier: WecomCarrier): WecomModule {
  const limiter = new RateLimiter(ctx.clock, ctx.limits.perMinute, ctx.limits.burst);
  return {
    register(server) {
      server.removeAllContentTypeParsers();
      server.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
      server.setErrorHandler((error, _request, reply) => fail(ctx, reply, error));
      server.get(
        `${base}/gettoken`,
        answering(ctx, request => getToken(ctx, carrier, limiter, request)),
      );
      for (const call of calls) {
        server.route({
          method: [...call.methods],
          url: `${base}${call.path}`,
          exposeHeadRoute: false,
          bodyLimit: Number.MAX_SAFE_INTEGER,
          handler: answering(ctx, request => serve(ctx, carrier, limiter, call, request)),
        });
      }
      server.all(
        `${base}/*`,
        answering(ctx, async () => {
          throw new WecomError('unknownCall', 'api not supported');
        }),
      );
    },
  };
}

type Answer = Readonly<Record<string, unknown>> | undefined;

function answering(
  ctx: WecomContext,
  work: (request: FastifyRequest) => Promise<Answer>,
): RouteHandlerMethod {
  return async (request, reply) => {
    try {
      return await reply.send({ errcode: errcodes.ok, errmsg: 'ok', ...(await work(request)) });
    } catch (error) {
      return fail(ctx, reply, error);
    }
  };
}

function fail(ctx: WecomContext, reply: FastifyReply, error: unknown): FastifyReply {
  const known = answerOf(error);
  if (!known) ctx.log.error('wecom.call_failed', { error, url: reply.request.routeOptions.url ?? '' });
  return reply.code(200).send(known ?? { errcode: errcodes.busy, errmsg: 'system busy' });
}

function clientOf(
  ctx: WecomContext,
  carrier: WecomCarrier,
  request: FastifyRequest,
): ReturnType<WecomCarrier['client']> {
  const client = carrier.client(request.raw);
  if (client.encrypted || (client.loopback && ctx.allowPlainLoopback)) return client;
  throw new MailError('auth.encryption_required');
}

function queryOf(request: FastifyRequest): Input {
  return new Input(new Map(Object.entries(request.query as Readonly<Record<string, unknown>>)));
}

async function getToken(
  ctx: WecomContext,
  carrier: WecomCarrier,
  limiter: RateLimiter,
  request: FastifyRequest,
): Promise<Answer> {
  const client = clientOf(ctx, carrier, request);
  limiter.take(`address ${client.address}`);
  const query = queryOf(request);
  const corp = query.text('corpid');
  if (!/^\d{1,15}$/.test(corp)) throw new WecomError('badCorp', 'invalid corpid');
  const { value, expiresIn } = await ctx.accessTokens.open(
    Number(corp),
    query.text('corpsecret'),
    client.address,
  );
  return { access_token: value, expires_in: expiresIn };
}

async function serve(
  ctx: WecomContext,
  carrier: WecomCarrier,
  limiter: RateLimiter,
  call: WecomCall,
  request: FastifyRequest,
): Promise<Answer> {
  const client = clientOf(ctx, carrier, request);
  const query = queryOf(request);
  const token = query.optionalText('access_token');
  if (token === undefined || token === '') throw new WecomError('noToken', 'access_token missing');
  const holder = await ctx.accessTokens.resolve(token, client.address);
  if (holder === 'expired') throw new WecomError('tokenExpired', 'access_token expired');
  if (!holder) throw new WecomError('badToken', 'invalid access_token');
  limiter.take(`token ${holder.tokenId}`);
  const { principal, administration } = holder;
  const scope: Scope = {
    tenantId: principal.tenantId,
    principal,
    accountId: wholeTenant,
    rights: allRights,
    administration,
    clientAddress: client.address,
  };
  await requireEntitlement(ctx.directory, scope.tenantId, 'api');
  const input =
    request.method === 'GET'
      ? query
      : Input.ofBody(await readBody(request, call.bodyOctets ?? ctx.limits.bodyOctets));
  const host = /^[A-Za-z0-9.:[\]-]{1,260}$/.test(client.host) ? client.host : 'localhost';
  const origin = `${client.encrypted ? 'https' : 'http'}://${host}`;
  const answer = await call.run(ctx, scope, input, {
    tokenId: holder.tokenId,
    origin,
    address: client.address,
    encrypted: client.encrypted,
  });
  return call.done === undefined ? answer : { errmsg: call.done, ...answer };
}

async function readBody(request: FastifyRequest, max: number): Promise<string> {
  if (request.body === undefined || request.body === null) return '';
  const chunks: Uint8Array[] = [];
  let octets = 0;
  for await (const chunk of request.body as Readable as AsyncIterable<Uint8Array>) {
    octets += chunk.byteLength;
    if (octets > max) throw new MailError('api.body_too_large', { max });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
