import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import {
  beatNode,
  lastSeen,
  type NodeSelf,
  serverNow,
  signOffNode,
  signOnNode,
} from '../../store/nodes/node-rows.ts';
import type { MessageChannel } from '../../store/sql/channel-port.ts';
import { StartError } from '../start-error.ts';

/** How often a node says that it lives, ms. */
export const beatMs = 4_000;
/** Clocks that differ by more make leases worthless: such a node does not start, ms. */
export const mostSkewMs = 5_000;
/** How long a start waits for the database, ms. */
const connectMs = 15_000;

export interface MembershipOptions {
  readonly channel: MessageChannel;
  readonly self: NodeSelf;
  readonly clock: Clock;
  readonly log: Log;
  /** Another node has our name: this one has to stop. */
  readonly onExpelled?: () => void;
}

/** This node among the others. Disposing signs off. */
export interface Membership extends AsyncDisposable {
  /** How far this machine's clock is ahead of the database server's, ms. */
  readonly skewMs: number;
  /** Says from now on that this node takes nothing new. */
  draining(): void;
}

async function measureSkew({ channel, clock }: MembershipOptions): Promise<number> {
  const before = clock.now();
  const server = await serverNow(channel);
  return Math.round((before + clock.now()) / 2 - server);
}

/** One of our name that died a moment ago falls silent for good; one that lives says so again. */
async function signOnPatiently(channel: MessageChannel, self: NodeSelf): Promise<void> {
  let heard: number | null = null;
  while (!(await signOnNode(channel, self))) {
    const seen = await lastSeen(channel, self.name);
    if (heard !== null && seen !== heard) throw new StartError('serve.node_name_taken', { name: self.name });
    heard = seen;
    await sleep(500);
  }
}

/** Signs on and goes on saying that the node lives. Throws `StartError` when its name is taken, its clock is wrong, or the database away. */
export async function joinNodes(options: MembershipOptions): Promise<Membership> {
  const { channel, self } = options;
  let skew: number;
  try {
    await channel.connected(connectMs);
    skew = await measureSkew(options);
    if (Math.abs(skew) <= mostSkewMs) {
      await signOnPatiently(channel, self);
    }
  } catch (error) {
    if (error instanceof StartError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError('serve.node_database', { reason }, { cause: error });
  }
  if (Math.abs(skew) > mostSkewMs) {
    throw new StartError('serve.node_clock', { seconds: Math.round(Math.abs(skew) / 1_000) });
  }
  return new Joined(options, skew);
}

class Joined implements Membership {
  readonly #options: MembershipOptions;
  #draining = false;
  #timer: Timer | null = null;
  #ended = false;
  skewMs: number;

  constructor(options: MembershipOptions, skew: number) {
    this.#options = options;
    this.skewMs = skew;
    this.#schedule();
  }

  draining(): void {
    this.#draining = true;
    void this.#beat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer?.cancel();
    // A node that cannot say goodbye is dead to the others after a while.
    await signOffNode(this.#options.channel, this.#options.self).catch(() => undefined);
  }

  #schedule(): void {
    this.#timer = this.#options.clock.after(beatMs, () => {
      void this.#beat().finally(() => {
        if (!this.#ended) this.#schedule();
      });
    });
  }

  async #beat(): Promise<void> {
    const { channel, self, log } = this.#options;
    if (!channel.up || this.#ended) return;
    try {
      this.skewMs = await measureSkew(this.#options);
      if (Math.abs(this.skewMs) > mostSkewMs) log.error('node.clock_differs', { skewMs: this.skewMs });
      if ((await beatNode(channel, self, this.#draining)) || this.#ended) return;
      log.error('node.name_taken', { node: self.name });
      this.#ended = true;
      this.#options.onExpelled?.();
    } catch (error) {
      if (!this.#ended) log.warn('node.beat_failed', { error });
    }
  }
}
