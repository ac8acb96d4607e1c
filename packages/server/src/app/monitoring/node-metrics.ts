import type { NodeBus } from '../../notify/node-bus.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import type { Membership } from '../nodes/membership.ts';

/** Numbers about the line to the other nodes. */
export function nodeMetrics(metrics: Metrics, bus: NodeBus, membership: () => Membership | null): void {
  metrics.gauge({ name: 'hongyan_node_channel_up', help: '1 while connected to the other nodes.' }, () =>
    bus.up ? 1 : 0,
  );
  metrics.counted(
    {
      name: 'hongyan_node_messages',
      help: 'Messages between nodes: sent, received, dropped while the connection was away, and changes found by looking only.',
      labels: ['what'],
    },
    () => Object.entries(bus.counts).map(([what, count]) => [[what], count]),
  );
  metrics.gauge(
    {
      name: 'hongyan_node_clock_skew_seconds',
      help: 'How far this clock is ahead of the database server’s.',
      unit: 'seconds',
    },
    () => (membership()?.skewMs ?? 0) / 1_000,
  );
}
