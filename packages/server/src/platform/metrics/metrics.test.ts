import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metrics, mergeMetrics, mostLabelSets } from './metrics.ts';
import { renderOpenMetrics } from './open-metrics.ts';

test('counters, gauges and histograms in the text format of OpenMetrics', async () => {
  const metrics = new Metrics();
  const mails = metrics.counter({ name: 'x_mails', help: 'Mails.', labels: ['event', 'note'] });
  mails.add(1, 'in', 'a"b\\c\nd');
  mails.add(2, 'out', '');
  mails.add(3, 'out', '');
  metrics.gauge({ name: 'x_size_bytes', help: 'Size "now".', unit: 'bytes' }, () => 7);
  const times = metrics.histogram({ name: 'x_wait_seconds', help: 'Waits.', unit: 'seconds' }, [0.1, 1]);
  for (const value of [0.05, 0.1, 0.5, 9]) times.observe(value);
  assert.equal(
    renderOpenMetrics(await metrics.collect(false)),
    String.raw`# TYPE x_mails counter
# HELP x_mails Mails.
x_mails_total{event="in",note="a\"b\\c\nd"} 1
x_mails_total{event="out",note=""} 5
# TYPE x_size_bytes gauge
# UNIT x_size_bytes bytes
# HELP x_size_bytes Size \"now\".
x_size_bytes 7
# TYPE x_wait_seconds histogram
# UNIT x_wait_seconds seconds
# HELP x_wait_seconds Waits.
x_wait_seconds_bucket{le="0.1"} 2
x_wait_seconds_bucket{le="1"} 3
x_wait_seconds_bucket{le="+Inf"} 4
x_wait_seconds_sum 9.65
x_wait_seconds_count 4
# EOF
`,
  );
});

test('labels from outside cannot fill memory', async () => {
  const metrics = new Metrics();
  const counter = metrics.counter({ name: 'x', help: 'X.', labels: ['who'] });
  for (let i = 0; i < 10_000; i += 1) counter.add(1, `who ${i}`);
  const [family] = await metrics.collect(false);
  assert.equal(family?.values.length, mostLabelSets + 1);
  assert.deepEqual(family?.values.at(-1), [['other'], [10_000 - mostLabelSets]]);
});

test('several processes become one: counts add up, the worst of a gauge stands where that is asked for', async () => {
  const make = async (count: number, lag: number): Promise<Awaited<ReturnType<Metrics['collect']>>> => {
    const metrics = new Metrics();
    metrics.counter({ name: 'x', help: 'X.', labels: ['a'] }).add(count, 'b');
    metrics.gauge({ name: 'lag', help: 'Lag.' }, () => lag, 'max');
    metrics.gauge({ name: 'open', help: 'Open.' }, () => [[[], count]]);
    metrics.histogram({ name: 'h', help: 'H.' }, [1]).observe(count);
    metrics.shared(async () => [
      { name: 'queue', help: 'Q.', kind: 'gauge', merge: 'sum', bounds: [], values: [[[], [5]]] },
    ]);
    metrics.shared(async () => {
      throw new Error('away');
    });
    return metrics.collect(count === 1);
  };
  const merged = mergeMetrics([await make(1, 3), await make(4, 2)]);
  const values = Object.fromEntries(merged.map(({ name, values: [first] }) => [name, first?.[1]]));
  assert.deepEqual(values, { x: [5], lag: [3], open: [5], h: [1, 1, 5], queue: [5] });
});
