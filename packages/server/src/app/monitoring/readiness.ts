import { statement } from '../../store/sql/port.ts';
import type { House } from '../house.ts';

/** `stopping`: it takes nothing new; `unavailable`: a store does not answer. */
export type ReadyState = 'ready' | 'stopping' | 'unavailable';

/** Whether this process can do its work. */
export interface Readiness {
  check(): Promise<ReadyState>;
  /** Says `stopping` from now on. */
  standDown(): void;
}

const probe = statement('SELECT 1 AS alive');
/** A store that does not answer within this time is away, ms: those who ask have time-outs of their own. */
const patienceMs = 2_000;

export function createReadiness(house: Pick<House, 'system' | 'spool' | 'recordsDatabase'>): Readiness {
  let stopping = false;
  return {
    async check() {
      if (stopping) return 'stopping';
      const { promise: late, resolve } = Promise.withResolvers<'late'>();
      const timer = setTimeout(resolve, patienceMs, 'late');
      try {
        const stores = [house.system.shared, house.spool.database, house.recordsDatabase];
        const answers = Promise.all(stores.map(database => database.get(probe)));
        answers.catch(() => undefined);
        if ((await Promise.race([answers, late])) === 'late') return 'unavailable';
        return stopping ? 'stopping' : 'ready';
      } catch {
        return 'unavailable';
      } finally {
        clearTimeout(timer);
      }
    },
    standDown() {
      stopping = true;
    },
  };
}
