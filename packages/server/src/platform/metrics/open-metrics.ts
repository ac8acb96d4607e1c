import type { LabelValues, MetricSnapshot } from './metrics.ts';

/** The media type of `renderOpenMetrics` (OpenMetrics 1.0, §“Text format”). */
export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function labelText(names: readonly string[], values: LabelValues, more = ''): string {
  const pairs = names.map((name, at) => `${name}="${escaped(values[at] ?? '')}"`);
  if (more !== '') pairs.push(more);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

function* histogramLines(
  family: MetricSnapshot,
  labels: LabelValues,
  value: readonly number[],
): Generator<string> {
  const { name, bounds } = family;
  const names = family.labels ?? [];
  let count = 0;
  for (const [at, bound] of [...bounds, Infinity].entries()) {
    count += value[at] ?? 0;
    const le = bound === Infinity ? '+Inf' : String(bound);
    yield `${name}_bucket${labelText(names, labels, `le="${le}"`)} ${count}`;
  }
  yield `${name}_sum${labelText(names, labels)} ${value[bounds.length + 1] ?? 0}`;
  yield `${name}_count${labelText(names, labels)} ${count}`;
}

/** Families in the text format of OpenMetrics 1.0, which Prometheus reads. */
export function renderOpenMetrics(families: readonly MetricSnapshot[]): string {
  const lines: string[] = [];
  for (const family of families.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const { name, kind, unit, help } = family;
    lines.push(`# TYPE ${name} ${kind}`);
    if (unit !== undefined) lines.push(`# UNIT ${name} ${unit}`);
    lines.push(`# HELP ${name} ${escaped(help)}`);
    for (const [labels, value] of family.values) {
      if (kind === 'histogram') lines.push(...histogramLines(family, labels, value));
      else {
        const suffix = kind === 'counter' ? '_total' : '';
        lines.push(`${name}${suffix}${labelText(family.labels ?? [], labels)} ${value[0] ?? 0}`);
      }
    }
  }
  return `${[...lines, '# EOF'].join('\n')}\n`;
}
