import { writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createPhrases, type Phrases } from '@hongyan/phrases/phrases.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { Metrics } from '../../platform/metrics/metrics.ts';
import type { Config } from '../config/config.ts';
import { houseLanguage } from '../config/language.ts';
import { dataFolder } from '../data-folder.ts';
import { startGroup } from '../group/primary.ts';
import { type MonitoringServer, startMonitoring } from '../monitoring/monitoring-server.ts';
import { nodeMetrics } from '../monitoring/node-metrics.ts';
import { createNodeLog } from '../monitoring/server-log.ts';
import type { Neighbourhood } from '../nodes/node.ts';
import { programVersion } from '../program-files.ts';
import { banner } from './banner.ts';
import type { StartWishes } from './prepare.ts';
import { joinNodes, type Start, type Started } from './running.ts';
import { takeDataFolder } from './take-data-folder.ts';

export interface ServeOptions extends StartWishes {
  readonly config: Config;
  /** Prints one JSON line instead of text. */
  readonly json: boolean;
  /** File descriptor that gets the JSON line when the server is ready; null for none. */
  readonly readyFd: number | null;
}

/** Time past the deadline of the sessions for closing everything, ms; with the default both are over within 10 s. */
const closingMs = 1_900;

/** A group of processes. This one only supervises: it has nothing of the house in its memory. */
function startTogether({ nodes, ...start }: Start, processes: number): Promise<Started> {
  return startGroup({
    ...start,
    bus: nodes?.bus ?? null,
    processes,
    exec: fileURLToPath(new URL('../group/worker-main.ts', import.meta.url)),
    args: [String(start.config.drainTimeout)],
    clock: systemClock,
    opened: () => joinNodes(nodes),
  });
}

/** Starts what is asked for. What only one of the ways needs is loaded only for it: a supervisor needs little. */
async function startNode(start: Start, processes: number): Promise<Started> {
  if (processes > 1) return await startTogether(start, processes);
  const { startAlone } = await import('./alone.ts');
  return await startAlone(start);
}

async function openNodes(config: Config, log: Log, bootId: string): Promise<Neighbourhood | null> {
  if (config.store.url === null) return null;
  const { openNeighbourhood } = await import('../nodes/node.ts');
  return openNeighbourhood(config, systemClock, log, bootId);
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
  { prepared, running: { ports } }: Started,
  phrases: Phrases,
  processes: number,
  monitoring: number | null,
): void {
  const ready = JSON.stringify({
    event: 'ready',
    pid: process.pid,
    processes,
    hostname: prepared.hostname,
    ports,
    ...(monitoring !== null && { monitoring }),
  });
  if (options.readyFd !== null) writeSync(options.readyFd, `${ready}\n`);
  if (options.json) {
    const first = prepared.first && { domain: prepared.first.domain, accounts: prepared.first.accounts };
    process.stdout.write(`${JSON.stringify({ ...JSON.parse(ready), first, demo: prepared.demo })}\n`);
    return;
  }
  const { config } = options;
  const { first, company } = prepared;
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
  const metrics = new Metrics();
  const { bootId } = lock;
  await using nodes = await openNodes(config, log, bootId);
  if (nodes) nodeMetrics(metrics, nodes.bus, () => nodes.membership);
  const { configured, demo, setupPassword } = options;
  const wishes = { configured, demo, setupPassword };
  const say = (line: string): void => void (options.json || process.stdout.write(`${line}\n`));
  const started = await startNode({ config, wishes, say, bootId, log, metrics, nodes }, processes);
  const { running } = started;
  let monitoring: MonitoringServer | null = null;
  try {
    monitoring = await startMonitoring(config, log, running.report);
  } catch (error) {
    await running.drain(0);
    throw error;
  }
  lock.announce({ ...running.ports });
  announce(options, started, phrases, processes, monitoring?.port ?? null);
  process.on('SIGUSR2', () => running.wake());
  if (!process.stdin.isTTY) process.on('SIGHUP', () => running.reload());
  await stopped;
  nodes?.membership?.draining();
  running.standDown();
  if (config.drainDelay > 0) await sleep(config.drainDelay);
  const seconds = Math.round(config.drainTimeout / 1_000);
  say(phrases.say('serve.stopping', { seconds }));
  const late = setTimeout(() => process.exit(1), config.drainTimeout + closingMs);
  await running.drain(config.drainTimeout);
  await monitoring?.[Symbol.asyncDispose]();
  clearTimeout(late);
  say(phrases.say('serve.stopped'));
  return 0;
}
