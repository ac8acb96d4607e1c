import { challengeFor, policyForHost } from '../../../domains/client-settings.ts';
import type { DomainsContext } from '../../../domains/context.ts';
import type { WebModule, WebServices } from '../context.ts';
import { sendProblem } from '../problem.ts';

export const challengePath = '/.well-known/acme-challenge/';

/** GET `/.well-known/mta-sts.txt` (RFC 8461 §3.3) and `/.well-known/acme-challenge/…` (RFC 8555 §8.3). */
export function wellKnownModule(web: WebServices, ctx: DomainsContext): WebModule {
  return {
    register(server) {
      server.get('/.well-known/mta-sts.txt', async (request, reply) => {
        const policy = await policyForHost(ctx, web.client(request.raw).host);
        if (policy === null) return sendProblem(reply, 404, 'web.not_found');
        return reply.type('text/plain; charset=utf-8').send(policy);
      });
      server.get<{ Params: { token: string } }>(`${challengePath}:token`, async (request, reply) => {
        const answer = await challengeFor(ctx, request.params.token);
        if (answer === null) return sendProblem(reply, 404, 'web.not_found');
        return reply.type('application/octet-stream').send(answer);
      });
    },
  };
}
