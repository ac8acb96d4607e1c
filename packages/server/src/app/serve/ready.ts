import type { WebModule } from '../../protocols/web/context.ts';
import { statement } from '../../store/sql/port.ts';
import type { House } from '../house.ts';

const probe = statement('SELECT 1 AS alive');

/** GET /readyz: 200 when this process can do its work, 503 when a store does not answer or the server is stopping. */
export function readyModule(house: House): WebModule {
  let draining = false;
  return {
    register(server) {
      server.get('/readyz', async (_request, reply) => {
        try {
          if (draining) throw new Error('draining');
          for (const database of [house.system, house.spool.database, house.recordsDatabase]) {
            await database.get(probe);
          }
          return { status: 'ready' };
        } catch {
          return reply.code(503).send({ status: draining ? 'stopping' : 'unavailable' });
        }
      });
    },
    drain() {
      draining = true;
    },
  };
}
