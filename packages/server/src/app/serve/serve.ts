import { writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createPhrases, type Phrases } from '@hongyan/phrases/phrases.ts';
import type { NodeBus } from '../../notify/node-bus.ts';
import { systemClock } from '../../platform/clock.ts';
import { Metrics, mergeMetrics } from '../../platform/metrics/metrics.ts';
import { prepareCertificate } from '../certificates.ts';
import type { Config } from '../config/config.ts';
import { dataFolder } from '../data-folder.ts';
import type { DataLock } from '../data-lock.ts';
import { type DemoFilled, fillDemo } from '../demo/fill.ts';
import { type ProcessGroup, startGroup } from '../group/primary.ts';
import { type House, houseLanguage, openHouse } from '../house.ts';
import { nodeMetrics } from '../monitoring/house-metrics.ts';
import { type MonitoringServer, type NodeReport, startMonitoring } from '../monitoring/monitoring-server.ts';
import { createNodeLog } from '../monitoring/server-log.ts';
import type { Membership } from '../nodes/membership.ts';
import { heardFromNodes, type Neighbourhood, openNeighbourhood } from '../nodes/node.ts';
import { nodeName } from '../nodes/node-name.ts';
import { programVersion } from '../version.ts';
import { banner } from './banner.ts';
import type { Ports } from './endpoints.ts';
import { type FirstRun, firstRun, generatePassword, sampleDomain } from './first-run.ts';
import { collectLessOften } from './heap.ts';
import { serverName, takeDataFolder } from './prepare.ts';
import { startServices } from './services.ts';

export interface ServeOptions {
  readonly config: Config;
  /** Whether a configuration file was given: without one an empty data directory gets the sample company. */
  readonly configured: boolean;
  /** Fills the sample company with people and mail before the ports open. */
  readonly demo: boolean;
  readonly setupPassword: string | undefined;
  /** Prints one JSON line instead of text. */
  readonly json: boolean;
  /** File descriptor that gets the JSON line when the server is ready; null for none. */
  readonly readyFd: number | null;
}

/** Time past the deadline of the sessions for closing everything, ms; with the default both are over within 10 s. */
const closingMs = 1_900;

interface Running {
  readonly ports: Ports;
  wake(): void;
  reload(): void;
  readonly report: NodeReport;
  standDown(): void;
  drain(deadlineMs: number): Promise<void>;
}

interface Prepared {
  readonly first: FirstRun | null;
  readonly company: boolean;
  readonly hostname: string;
  /** What `--demo` made, with the password of everybody in it. */
  readonly demo: (DemoFilled & { readonly password: string }) | null;
}

async function prepare(house: House, options: ServeOptions, phrases: Phrases): Promise<Prepared> {
  const { config } = options;
  const { setupPassword } = options;
  // We have the data directory: whoever had work in hand before is dead. Other nodes are not.
  await house.spool.spool.releaseAbandoned(config.store.url === null ? undefined : nodeName(config));
  const wanted = !options.configured || options.demo;
  const common = setupPassword ?? (options.demo ? generatePassword() : undefined);
  const first = wanted ? await firstRun(house, setupPassword, common) : null;
  const say = (text: string): void => void (options.json || process.stdout.write(`${text}\n`));
  let demo: Prepared['demo'] = null;
  if (options.demo && common !== undefined) {
    say(phrases.say('serve.demo_filling'));
    const filled = await fillDemo(house, { domain: sampleDomain, password: common });
    if (filled) {
      demo = { ...filled, password: common };
      say(phrases.say('serve.demo_filled', { ...filled }));
      if (setupPassword === undefined) say(phrases.say('serve.demo_password', { password: common }));
      say('');
    }
  }
  const hostname = await serverName(config, house.system);
  await prepareCertificate(config, house.folder, hostname, house.clock.now());
  return { first, company: (await house.directory.listTenants()).length > 0, hostname, demo };
}

/** All services in this very process. */
async function runAlone(house: House, nodes: Neighbourhood | null, metrics: Metrics): Promise<Running> {
  collectLessOften();
  const services = await startServices(house);
  nodes?.bus.listen(heardFromNodes(house, services));
  return {
    ports: services.ports,
    wake: () => services.wake(),
    reload: () => services.reload(),
    report: {
      ready: () => services.readiness.check(),
      metrics: async () => mergeMetrics([await metrics.collect(false), await house.metrics.collect(true)]),
    },
    standDown: () => services.readiness.standDown(),
    async drain(deadlineMs) {
      await services.drain(deadlineMs);
      await house[Symbol.asyncDispose]();
    },
  };
}

function runGroup(
  options: ServeOptions,
  lock: DataLock,
  processes: number,
  bus: NodeBus | null,
  metrics: Metrics,
): Promise<ProcessGroup> {
  return startGroup({
    bus,
    metrics,
    config: options.config,
    bootId: lock.bootId,
    processes,
    exec: fileURLToPath(new URL('../group/worker-main.ts', import.meta.url)),
    args: [String(options.config.drainTimeout)],
    clock: systemClock,
    log: createNodeLog(options.config),
  });
}

/** Resolves at the first Ctrl-C or SIGTERM; a second Ctrl-C ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise(resolve => {
    let asked = false;
    const ask = (): void => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    process.on('SIGINT', ask);
    process.on('SIGTERM', () => {
      asked = true;
      resolve();
    });
  });
}

function announce(
  options: ServeOptions,
  facts: Prepared,
  ports: Ports,
  phrases: Phrases,
  processes: number,
  monitoring: number | null,
): void {
  const ready = JSON.stringify({
    event: 'ready',
    pid: process.pid,
    processes,
    hostname: facts.hostname,
    ports,
    ...(monitoring !== null && { monitoring }),
  });
  if (options.readyFd !== null) writeSync(options.readyFd, `${ready}\n`);
  if (options.json) {
    const first = facts.first && { domain: facts.first.domain, accounts: facts.first.accounts };
    process.stdout.write(`${JSON.stringify({ ...JSON.parse(ready), first, demo: facts.demo })}\n`);
    return;
  }
  const { config } = options;
  const { first, company } = facts;
  const certificate = config.tls.certificates[0]?.certificate ?? dataFolder(config.data).certificate;
  process.stdout.write(
    banner({ version: programVersion(), config, ports, first, company, certificate }, phrases),
  );
}

/** Serves until a signal says stop; returns the exit code. Throws `StartError`. */
export async function serve(options: ServeOptions): Promise<number> {
  const { config } = options;
  const phrases = createPhrases(houseLanguage(config, process.env));
  const processes = config.processes === 0 ? availableParallelism() : config.processes;
  using lock = await takeDataFolder(config, systemClock);
  const stopped = stopSignal();
  const log = createNodeLog(config);
  // Of what is there once in a node; the processes have their own.
  const metrics = new Metrics();
  await using nodes = openNeighbourhood(config, systemClock, log, lock.bootId);
  const house = await openHouse({
    config,
    clock: systemClock,
    log,
    bootId: lock.bootId,
    transport: nodes?.bus ?? null,
    others: nodes?.bus ?? null,
  });
  let facts: Prepared;
  let running: Running;
  let membership: Membership | null = null;
  let monitoring: MonitoringServer | null = null;
  if (nodes) nodeMetrics(metrics, nodes.bus, () => membership);
  try {
    membership = (await nodes?.join(() => process.kill(process.pid, 'SIGTERM'))) ?? null;
    facts = await prepare(house, options, phrases);
    if (processes === 1) running = await runAlone(house, nodes, metrics);
    else {
      // The primary process only supervises: it keeps no file open.
      await house[Symbol.asyncDispose]();
      running = await runGroup(options, lock, processes, nodes?.bus ?? null, metrics);
    }
    try {
      monitoring = await startMonitoring(config, log, running.report);
    } catch (error) {
      await running.drain(0);
      throw error;
    }
  } catch (error) {
    await house[Symbol.asyncDispose]();
    throw error;
  }
  lock.announce({ ...running.ports });
  announce(options, facts, running.ports, phrases, processes, monitoring?.port ?? null);
  process.on('SIGUSR2', () => running.wake());
  if (!process.stdin.isTTY) process.on('SIGHUP', () => running.reload());
  await stopped;
  membership?.draining();
  running.standDown();
  if (config.drainDelay > 0) await sleep(config.drainDelay);
  const seconds = Math.round(config.drainTimeout / 1_000);
  if (!options.json) process.stdout.write(`${phrases.say('serve.stopping', { seconds })}\n`);
  const late = setTimeout(() => process.exit(1), config.drainTimeout + closingMs);
  await running.drain(config.drainTimeout);
  await monitoring?.[Symbol.asyncDispose]();
  clearTimeout(late);
  if (!options.json) process.stdout.write(`${phrases.say('serve.stopped')}\n`);
  return 0;
}
