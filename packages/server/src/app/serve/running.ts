import type { Log } from '../../platform/log.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import type { Config } from '../config/config.ts';
import type { NodeReport } from '../monitoring/monitoring-server.ts';
import type { Neighbourhood } from '../nodes/node.ts';
import type { Ports } from './endpoints.ts';
import type { Prepared, StartWishes } from './prepare.ts';

/** What a node starts with, in one process or in several. */
export interface Start {
  readonly config: Config;
  readonly wishes: StartWishes;
  /** For lines to the person who waits for the start. */
  readonly say: (line: string) => void;
  readonly bootId: string;
  readonly log: Log;
  /** Of what is there once in a node; the processes have their own. */
  readonly metrics: Metrics;
  /** The line to the other nodes; null where there are none. */
  readonly nodes: Neighbourhood | null;
}

/** A node that serves. */
export interface Running {
  readonly ports: Ports;
  wake(): void;
  /** Reads the certificates again. */
  reload(): void;
  readonly report: NodeReport;
  /** Says that it takes nothing new. */
  standDown(): void;
  /** Ends the sessions within the deadline, then everything. */
  drain(deadlineMs: number): Promise<void>;
}

/** What a start came to. */
export interface Started<R extends Running = Running> {
  readonly running: R;
  readonly prepared: Prepared;
}

/** Signs this node on, once the tables are there; it stops when another one takes its name. Throws `StartError`. */
export async function joinNodes(nodes: Neighbourhood | null): Promise<void> {
  await nodes?.join(() => process.kill(process.pid, 'SIGTERM'));
}
