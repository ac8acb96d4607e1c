import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Log, LogFields } from '../../platform/log.ts';
import type { MetricSnapshot, Metrics } from '../../platform/metrics/metrics.ts';
import { countPacks, type StoredPacks } from '../../store/blobs/objects/merge-rows.ts';
import type { Spool } from '../../store/spool/spool.ts';
import type { SqlDatabase } from '../../store/sql/port.ts';
import { programVersion } from '../program-files.ts';

/** Numbers about the process itself. */
export function processMetrics(metrics: Metrics): void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  metrics.gauge(
    { name: 'hongyan_build_info', help: 'The version that runs; always 1.', labels: ['version'] },
    () => [[[programVersion()], 1]],
    'max',
  );
  metrics.gauge({ name: 'hongyan_processes', help: 'Processes that answered.' }, () => 1);
  metrics.counted(
    { name: 'hongyan_process_cpu_seconds', help: 'CPU time spent.', unit: 'seconds' },
    () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
  );
  metrics.gauge(
    { name: 'hongyan_process_resident_memory_bytes', help: 'Resident memory.', unit: 'bytes' },
    () => process.memoryUsage.rss(),
  );
  metrics.gauge(
    {
      name: 'hongyan_event_loop_delay_seconds',
      help: 'How late the event loop was, 99th percentile since it was asked last; the worst process.',
      unit: 'seconds',
    },
    () => {
      const late = delay.percentile(99) / 1e9;
      delay.reset();
      // The first sample after a reset is not there yet.
      return Number.isFinite(late) ? late : 0;
    },
    'max',
  );
}

/** A log whose lines are counted. */
export function countedLog(log: Log, metrics: Metrics): Log {
  const lines = metrics.counter({
    name: 'hongyan_log_lines',
    help: 'Lines of the log by level; those below the configured level, too.',
    labels: ['level'],
  });
  const wrap = (inner: Log): Log => {
    const at =
      (level: 'debug' | 'info' | 'warn' | 'error') =>
      (event: string, fields?: LogFields): void => {
        lines.add(1, level);
        inner[level](event, fields);
      };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: fields => wrap(inner.child(fields)),
    };
  };
  return wrap(log);
}

/** How old an answer about the queue may be, ms: counting a long queue takes its time. That about packs takes longer. */
const queueAgeMs = 10_000;
const packsAgeMs = 60_000;

/** What is asked from the store, and not more often than once in a while. */
function asked(
  metrics: Metrics,
  ageMs: number,
  now: () => number,
  ask: () => Promise<MetricSnapshot[]>,
): void {
  let last: { readonly at: number; readonly families: Promise<MetricSnapshot[]> } | null = null;
  metrics.shared(() => {
    if (!last || now() - last.at > ageMs || now() < last.at) {
      last = { at: now(), families: ask() };
      last.families.catch(() => (last = null));
    }
    return last.families;
  });
}

/** The state of the queue, asked from the store. */
export function queueMetrics(metrics: Metrics, spool: Spool, now: () => number): void {
  asked(metrics, queueAgeMs, now, () => queueFamilies(spool, now()));
}

/** How bodies lie, by the rows about them. */
export function packMetrics(metrics: Metrics, database: SqlDatabase, now: () => number): void {
  asked(metrics, packsAgeMs, now, async () => packFamilies(await countPacks(database)));
}

function packFamilies(counted: StoredPacks): MetricSnapshot[] {
  const gauge = (name: string, help: string, values: Readonly<Record<string, number>>): MetricSnapshot => ({
    kind: 'gauge',
    merge: 'max',
    bounds: [],
    labels: ['what'],
    name,
    help,
    values: Object.entries(values).map(([what, value]) => [[what], [value]]),
  });
  const { packs, small, kept, bytes, dead, waiting } = counted;
  return [
    gauge(
      'hongyan_packs',
      'Packs of bodies: all, those with little in them, those that wait for the bucket.',
      {
        all: packs,
        small,
        kept,
      },
    ),
    gauge('hongyan_packs_bytes', 'Bytes of bodies: in packs, those of them that are dead, in rows.', {
      all: bytes,
      dead,
      waiting: waiting.bytes,
    }),
  ];
}

async function queueFamilies(spool: Spool, now: number): Promise<MetricSnapshot[]> {
  const counts = await spool.counts();
  const common = { kind: 'gauge', merge: 'max', bounds: [], labels: ['kind', 'state'] } as const;
  return [
    {
      ...common,
      name: 'hongyan_queue_recipients',
      help: 'Recipients in the queue of the whole installation.',
      values: counts.map(({ kind, state, count }) => [[kind, state], [count]]),
    },
    {
      ...common,
      name: 'hongyan_queue_oldest_due_seconds',
      help: 'For how long the recipient that waits longest past its time has been due.',
      unit: 'seconds',
      values: counts
        .filter(({ state }) => state === 'queued')
        .map(({ kind, state, due }) => [[kind, state], [Math.max(0, (now - due) / 1_000)]]),
    },
  ];
}
