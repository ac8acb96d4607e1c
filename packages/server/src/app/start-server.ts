import { type Clock, systemClock } from '../platform/clock.ts';
import { type Log, silentLog } from '../platform/log.ts';
import { prepareCertificate } from './certificates.ts';
import type { Config } from './config/config.ts';
import { dataFolder } from './data-folder.ts';
import { type House, openHouse } from './house.ts';
import { heardFromNodes, openNeighbourhood } from './nodes/node.ts';
import { type FirstRun, firstRun } from './serve/first-run.ts';
import { serverName } from './serve/server-name.ts';
import { type RunningServer as Services, startServices } from './serve/services.ts';
import { takeDataFolder } from './serve/take-data-folder.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly clock?: Clock;
  readonly log?: Log;
  /** Makes the sample company in an empty data directory. */
  readonly sample?: { readonly password?: string };
  /** Runs after the rooms are open and before anything listens: for filling in data. */
  readonly prepare?: (house: House) => Promise<void>;
}

/** A whole server in this process. Disposing it stops at once; `drain` first to let sessions end. */
export interface RunningServer extends AsyncDisposable, Services {
  readonly house: House;
  /** What the first start made; null at later ones. */
  readonly first: FirstRun | null;
}

/**
 * Starts a server in this process, with a data directory of its own: takes the directory, opens the rooms, makes keys
 * and certificate where they are missing, opens the ports. Throws `StartError`.
 *
 * @example
 * await using server = await startServer({ config: { ...defaultConfig(), data: folder }, sample: {} });
 * server.ports.smtp
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, clock = systemClock, log = silentLog } = options;
  await using opened = new AsyncDisposableStack();
  const lock = opened.use(await takeDataFolder(config, clock));
  const nodes = opened.use(openNeighbourhood(config, clock, log, lock.bootId));
  const bus = nodes?.bus ?? null;
  const house = opened.use(
    await openHouse({ config, clock, log, bootId: lock.bootId, transport: bus, others: bus }),
  );
  await nodes?.join(() => log.error('node.expelled'));
  const first = options.sample ? await firstRun(house, options.sample.password) : null;
  await options.prepare?.(house);
  const hostname = await serverName(config, house.system);
  await prepareCertificate(config, dataFolder(config.data), hostname, clock.now());
  const services = await startServices(house);
  const heard = nodes?.bus.listen(heardFromNodes(house, services));
  opened.defer(() => {
    heard?.[Symbol.dispose]();
    return services.drain(0);
  });
  lock.announce({ ...services.ports });
  const closing = opened.move();
  return {
    ...services,
    house,
    first,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
