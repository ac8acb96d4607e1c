/** Values of a family's labels, in the order of their names. */
export type LabelValues = readonly string[];

/** `counter` only grows; `gauge` goes up and down; `histogram` counts values by size. */
export type MetricKind = 'counter' | 'gauge' | 'histogram';

/** How gauges of several processes become one. */
export type GaugeMerge = 'sum' | 'max';

/** What is said about a family of values. Names are those of OpenMetrics 1.0: base units, `_total` is left out here. */
export interface MetricWords {
  /** For instance `hongyan_mail_events`. */
  readonly name: string;
  readonly help: string;
  /** `seconds` or `bytes`; the name ends with it. */
  readonly unit?: string;
  readonly labels?: readonly string[];
}

/** A family as it stands: plain data, so that it can go from one process to another. */
export interface MetricSnapshot extends MetricWords {
  readonly kind: MetricKind;
  readonly merge: GaugeMerge;
  /** Upper bounds of a histogram's buckets, ascending, without the infinite one. */
  readonly bounds: readonly number[];
  /** By labels: one number, or for histograms the count of each bucket, the infinite one, then the sum. */
  readonly values: readonly (readonly [LabelValues, readonly number[]])[];
}

/** Counts that only grow. */
export interface Counter {
  /** Adds to the value of these labels; `by` is at least 0. */
  add(by: number, ...labels: LabelValues): void;
}

export interface Histogram {
  observe(value: number, ...labels: LabelValues): void;
}

/** Reads a gauge: one number, or one for each set of labels. */
export type GaugeReader = () => number | readonly (readonly [LabelValues, number])[];

/** Most sets of labels of one family: what comes beyond is counted under `other`, so that nobody outside can fill memory. */
export const mostLabelSets = 100;

/** The numbers of one process. */
export class Metrics {
  readonly #families = new Map<string, Family>();
  readonly #late: (() => Promise<readonly MetricSnapshot[]>)[] = [];

  /** A counter of that name; asking again gives the same. */
  counter(words: MetricWords): Counter {
    const family = this.#family(words, 'counter');
    return {
      add: (by, ...labels) => {
        const value = family.value(labels, 1);
        value[0] = (value[0] ?? 0) + by;
      },
    };
  }

  /** A gauge that is read whenever somebody asks; several under one name are read after each other. */
  gauge(words: MetricWords, read: GaugeReader, merge: GaugeMerge = 'sum'): void {
    this.#family(words, 'gauge', merge).readers.push(read);
  }

  /** A counter that somebody else keeps. */
  counted(words: MetricWords, read: GaugeReader): void {
    this.#family(words, 'counter').readers.push(read);
  }

  histogram(words: MetricWords, bounds: readonly number[]): Histogram {
    const family = this.#family(words, 'histogram', 'sum', bounds);
    return {
      observe: (observed, ...labels) => {
        const value = family.value(labels, bounds.length + 2);
        const at = bounds.findIndex(bound => observed <= bound);
        const bucket = at === -1 ? bounds.length : at;
        value[bucket] = (value[bucket] ?? 0) + 1;
        value[bounds.length + 1] = (value[bounds.length + 1] ?? 0) + observed;
      },
    };
  }

  /** Families that are asked from a store; only collected with `shared`, since every process would say the same. */
  shared(collect: () => Promise<readonly MetricSnapshot[]>): void {
    this.#late.push(collect);
  }

  /** All families as they stand. What a store does not answer is left out. */
  async collect(shared: boolean): Promise<MetricSnapshot[]> {
    const own = [...this.#families.values()].map(family => family.snapshot());
    if (!shared) return own;
    const late = await Promise.all(this.#late.map(collect => collect().catch(() => [])));
    return [...own, ...late.flat()];
  }

  #family(
    words: MetricWords,
    kind: MetricKind,
    merge: GaugeMerge = 'sum',
    bounds: readonly number[] = [],
  ): Family {
    let family = this.#families.get(words.name);
    if (!family) {
      family = new Family(words, kind, merge, bounds);
      this.#families.set(words.name, family);
    }
    return family;
  }
}

class Family {
  readonly #words: MetricWords;
  readonly #kind: MetricKind;
  readonly #merge: GaugeMerge;
  readonly #bounds: readonly number[];
  readonly #values = new Map<string, { readonly labels: LabelValues; readonly value: number[] }>();
  readonly readers: GaugeReader[] = [];

  constructor(words: MetricWords, kind: MetricKind, merge: GaugeMerge, bounds: readonly number[]) {
    this.#words = words;
    this.#kind = kind;
    this.#merge = merge;
    this.#bounds = bounds;
  }

  value(labels: LabelValues, length: number): number[] {
    const names = this.#words.labels ?? [];
    let key = labels.join('\0');
    let found = this.#values.get(key);
    if (!found && this.#values.size >= mostLabelSets) {
      key = names.map(() => 'other').join('\0');
      found = this.#values.get(key);
    }
    if (!found) {
      const kept = this.#values.size >= mostLabelSets ? names.map(() => 'other') : [...labels];
      found = { labels: kept, value: Array<number>(length).fill(0) };
      this.#values.set(key, found);
    }
    return found.value;
  }

  snapshot(): MetricSnapshot {
    const values: [LabelValues, readonly number[]][] = [...this.#values.values()].map(({ labels, value }) => [
      labels,
      [...value],
    ]);
    for (const read of this.readers) {
      const now = read();
      if (typeof now === 'number') values.push([[], [now]]);
      else for (const [labels, value] of now) values.push([labels, [value]]);
    }
    return { ...this.#words, kind: this.#kind, merge: this.#merge, bounds: this.#bounds, values };
  }
}

/** The families of several processes as those of one. */
export function mergeMetrics(processes: readonly (readonly MetricSnapshot[])[]): MetricSnapshot[] {
  const merged = new Map<
    string,
    MetricSnapshot & { readonly byLabels: Map<string, [LabelValues, number[]]> }
  >();
  for (const family of processes.flat()) {
    let into = merged.get(family.name);
    if (!into) {
      into = { ...family, values: [], byLabels: new Map() };
      merged.set(family.name, into);
    }
    for (const [labels, value] of family.values) {
      const key = labels.join('\0');
      const known = into.byLabels.get(key);
      if (!known) into.byLabels.set(key, [labels, [...value]]);
      else {
        for (const [at, one] of value.entries()) {
          const before = known[1][at] ?? 0;
          known[1][at] = family.merge === 'max' ? Math.max(before, one) : before + one;
        }
      }
    }
  }
  return [...merged.values()].map(({ byLabels, ...family }) => ({
    ...family,
    values: [...byLabels.values()],
  }));
}
