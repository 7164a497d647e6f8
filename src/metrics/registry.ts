// What is counted and measured, as plain data: it can be sent from one process to another before it is written down.

/** Label → value. Values are words of ours: never a name, a number of a person, or text that somebody else wrote. */
export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** Appended to the name of the family, as `_bucket`; empty for most. */
  readonly suffix: string;
  readonly labels: Labels;
  readonly value: number;
}

/** A metric with all its series. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly Sample[];
}

export interface Counter {
  add(labels: Labels, by?: number): void;
}

export interface Histogram {
  /** @param value - in the unit that the name ends with */
  observe(labels: Labels, value: number): void;
}

export type Reading = () => Iterable<readonly [labels: Labels, value: number]>;

export interface MetricsRegistry {
  counter(name: string, help: string): Counter;
  /** @param bounds - upper bounds of the buckets, ascending, without infinity */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram;
  /** @param read - asked whenever the figures are collected */
  gauge(name: string, help: string, read: Reading): void;
  /** @param read - as for a gauge, of what somebody else counts */
  counted(name: string, help: string, read: Reading): void;
  /** All of it now, in the order in which it was declared. */
  collect(): readonly Family[];
}

/** Of one family; every label is a closed set of words, so that only an error of ours gets here. */
const MOST_SERIES = 500;

/** An empty registry. */
export function metricsRegistry(): MetricsRegistry {
  const families: (() => Family)[] = [];
  return {
    counter: (name, help) => {
      const series = seriesOf(() => ({ value: 0 }));
      families.push(() => ({
        name,
        help,
        type: 'counter',
        samples: series.all().map(({ labels, state }) => ({ suffix: '', labels, value: state.value })),
      }));
      return {
        add: (labels, by = 1) => {
          series.of(labels).value += by;
        },
      };
    },
    histogram: (name, help, bounds) => {
      const series = seriesOf(() => ({ counts: bounds.map(() => 0), count: 0, sum: 0 }));
      families.push(() => ({
        name,
        help,
        type: 'histogram',
        samples: series.all().flatMap(({ labels, state }) => histogramSamples(labels, state, bounds)),
      }));
      return {
        observe: (labels, value) => {
          const state = series.of(labels);
          const place = bounds.findIndex((bound) => value <= bound);
          if (place >= 0) state.counts[place] = (state.counts[place] ?? 0) + 1;
          state.count += 1;
          state.sum += value;
        },
      };
    },
    gauge: (name, help, read) => {
      families.push(() => ({ name, help, type: 'gauge', samples: samplesOf(read) }));
    },
    counted: (name, help, read) => {
      families.push(() => ({ name, help, type: 'counter', samples: samplesOf(read) }));
    },
    collect: () => families.map((family) => family()),
  };
}

function samplesOf(read: Reading): Sample[] {
  return [...read()].map(([labels, value]) => ({ suffix: '', labels: harmless(labels), value }));
}

interface Distribution {
  /** Of each bucket alone. */
  readonly counts: number[];
  count: number;
  sum: number;
}

/** Buckets are cumulative in the text format. */
function histogramSamples(labels: Labels, state: Distribution, bounds: readonly number[]): Sample[] {
  let below = 0;
  const buckets = bounds.map((bound, i) => {
    below += state.counts[i] ?? 0;
    return { suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: below };
  });
  return [
    ...buckets,
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: state.count },
    { suffix: '_sum', labels, value: state.sum },
    { suffix: '_count', labels, value: state.count },
  ];
}

interface Series<S> {
  of(labels: Labels): S;
  all(): readonly { readonly labels: Labels; readonly state: S }[];
}

function seriesOf<S>(fresh: () => S): Series<S> {
  const known = new Map<string, { readonly labels: Labels; readonly state: S }>();
  const entry = (labels: Labels): S => {
    const key = JSON.stringify(Object.entries(labels));
    const found = known.get(key);
    if (found !== undefined) return found.state;
    if (known.size >= MOST_SERIES && !Object.values(labels).every((value) => value === OTHER))
      return entry(Object.fromEntries(Object.keys(labels).map((name) => [name, OTHER])));
    const made = { labels, state: fresh() };
    known.set(key, made);
    return made.state;
  };
  return { of: (labels) => entry(harmless(labels)), all: () => [...known.values()] };
}

const OTHER = 'other';

/**
 * Words, routes and hexadecimal digests; whatever looks like free text, or holds a number as long as a NIK, does not get out.
 */
const HARMLESS = /^(?!.*\d{16})[\w.:/*+-]{1,80}$/;

function harmless(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name, HARMLESS.test(value) ? value : OTHER]),
  );
}
