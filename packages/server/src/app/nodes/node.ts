import { hostname } from 'node:os';
import type { WorkTopic } from '../../notify/bus-message.ts';
import type { BusListener } from '../../notify/node-bus.ts';
import { NodeBus } from '../../notify/node-bus.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { PostgresChannel } from '../../store/engines/postgres/channel.ts';
import type { Config } from '../config/config.ts';
import { dataFolder } from '../data-folder.ts';
import { databases } from '../databases.ts';
import type { House } from '../house.ts';
import { programVersion } from '../program-files.ts';
import { joinNodes, type Membership } from './membership.ts';
import { nodeName } from './node-name.ts';

/** What a process tells the other nodes, whichever way it goes there. */
export interface OtherNodes {
  /** There is new work that this process does not do. */
  work(topic: WorkTopic): void;
  /** A sign-in failed. */
  failed(address: string, login: string): void;
}

/** The line to the other nodes on the database. */
export interface Neighbourhood extends AsyncDisposable {
  readonly bus: NodeBus;
  /** This node among the others, once it has joined them. */
  readonly membership: Membership | null;
  /** Signs this node on, once the tables are there. Throws `StartError`. */
  join(onExpelled: () => void): Promise<void>;
}

/** Opens the line; null where the rows are files of this machine: then there are no other nodes. */
export function openNeighbourhood(
  config: Config,
  clock: Clock,
  log: Log,
  bootId: string,
): Neighbourhood | null {
  const folder = dataFolder(config.data);
  const { channel: place } = databases(config, folder, log);
  if (!place) return null;
  const name = nodeName(config);
  const channel = new PostgresChannel({ ...place, clock, log });
  const bus = new NodeBus({ channel, sender: `${name}~${bootId}`, clock, log });
  let membership: Membership | null = null;
  return {
    bus,
    get membership() {
      return membership;
    },
    async join(onExpelled) {
      membership = await joinNodes({
        channel,
        self: {
          name,
          boot_id: bootId,
          home: `${hostname()}:${folder.root}`,
          version: programVersion(),
          roles: config.roles.join(','),
        },
        clock,
        log,
        onExpelled,
      });
    },
    async [Symbol.asyncDispose]() {
      await membership?.[Symbol.asyncDispose]();
      bus[Symbol.dispose]();
      await channel[Symbol.asyncDispose]();
    },
  };
}

/** What this process does about what it hears, when it is the only one of its node. */
export function heardFromNodes(
  house: Pick<House, 'limiter'>,
  services: { readonly wake: () => void },
): BusListener {
  return {
    work: () => services.wake(),
    failure: (address, login) => house.limiter.failedElsewhere(address, login),
  };
}
