import type { DirectoryContext } from '../../directory/context.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Records } from '../../store/records/records.ts';
import type { QueueAdminContext } from '../../store/spool/queue-admin.ts';

/** Values of the plan for the trace (LOG-01). */
export interface TraceLimits {
  /** How far back administrators see, ms. */
  readonly keptMs: number;
  /** How far back a search goes that no index can answer and that names no time, ms. */
  readonly searchedMs: number;
  /** Rows of the history that one search looks at. */
  readonly maxLookedAt: number;
  /** Steps of one mail that are shown. */
  readonly maxSteps: number;
}

const day = 86_400_000;

export const defaultTraceLimits: TraceLimits = {
  keptMs: 184 * day,
  searchedMs: 31 * day,
  maxLookedAt: 5_000,
  maxSteps: 1_000,
};

/** What the functions of this folder work with. */
export interface TraceContext {
  readonly directory: DirectoryContext;
  readonly records: Pick<Records, 'findTrace' | 'flush' | 'mailByDay' | 'mailOfDomain' | 'peopleByDay'>;
  readonly queue: QueueAdminContext;
  readonly clock: Clock;
  readonly limits: TraceLimits;
  /** Called when recipients became due: whoever works the queue looks now. */
  readonly wakeQueue: () => void;
}
