import type { WebModule } from '../../protocols/web/context.ts';
import type { Readiness } from '../monitoring/readiness.ts';

/** GET /readyz: 200 when this process can do its work, 503 when a store does not answer or the server is stopping. */
export function readyModule(readiness: Readiness): WebModule {
  return {
    register(server) {
      server.get('/readyz', async (_request, reply) => {
        const status = await readiness.check();
        return reply.code(status === 'ready' ? 200 : 503).send({ status });
      });
    },
    drain() {
      readiness.standDown();
    },
  };
}
