import type { Notice, WorkTopic } from '../../notify/bus-message.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { MetricSnapshot } from '../../platform/metrics/metrics.ts';
import type { Config } from '../config/config.ts';
import type { ReadyState } from '../monitoring/readiness.ts';
import type { Ports } from '../serve/endpoints.ts';
import type { Prepared, StartWishes } from '../serve/prepare.ts';

/** Where a worker stands: `number`, from 1, among so many `processes`. */
export interface WorkerPlace {
  readonly config: Config;
  readonly bootId: string;
  readonly number: number;
  readonly processes: number;
}

/** From the primary process to a worker. */
export type ToWorker =
  /** To the first of a group that starts: open the house, which brings the tables up to date, and say so. */
  | ({ readonly type: 'open' } & WorkerPlace)
  /** To the same: do what has to be done before the others work, and say what it came to. */
  | { readonly type: 'prepare'; readonly wishes: StartWishes }
  | ({ readonly type: 'start' } & WorkerPlace)
  | { readonly type: 'notices'; readonly notices: readonly Notice[] }
  | { readonly type: 'failure'; readonly address: string; readonly login: string }
  /** Certificates changed on disk. */
  | { readonly type: 'reload' }
  /** Processes of these names in the queue have died: what they had in hand is free. */
  | { readonly type: 'abandoned'; readonly owners: readonly string[] }
  /** Somebody else changed the queue. */
  | { readonly type: 'wake' }
  /** How is it doing? `shared`: with what every process would say the same about. */
  | { readonly type: 'report'; readonly id: number; readonly shared: boolean }
  /** Say that you take nothing new; take it nevertheless. */
  | { readonly type: 'stand-down' }
  | { readonly type: 'drain'; readonly deadlineMs: number };

/** From a worker to the primary process. */
export type ToPrimary =
  | { readonly type: 'opened' }
  /** A line to the person who waits for the start. */
  | { readonly type: 'said'; readonly line: string }
  | { readonly type: 'prepared'; readonly prepared: Prepared }
  /** `owner`: its name in the queue. */
  | { readonly type: 'ready'; readonly ports: Ports; readonly owner: string }
  | { readonly type: 'failed'; readonly reason: StartFailure }
  | { readonly type: 'notices'; readonly notices: readonly Notice[] }
  | { readonly type: 'interest'; readonly accountId: AccountId; readonly on: boolean }
  | { readonly type: 'failure'; readonly address: string; readonly login: string }
  | {
      readonly type: 'report';
      readonly id: number;
      readonly ready: ReadyState;
      readonly metrics: readonly MetricSnapshot[];
    }
  /** For the other nodes: there is work that this one leaves to them. */
  | { readonly type: 'work'; readonly topic: WorkTopic };

/** Why a worker could not start: a phrase for what the operator can mend, else the error's text. */
export type StartFailure =
  | {
      readonly kind: 'phrase';
      readonly phrase: string;
      readonly values: Readonly<Record<string, string | number>>;
    }
  | { readonly kind: 'error'; readonly message: string };
