// What is counted, and the text that Prometheus reads of it.

import t from 'tap';
import { expose, mergeFamilies } from '../../src/metrics/exposition.ts';
import { metricsRegistry } from '../../src/metrics/registry.ts';

t.test('counters, gauges and histograms as text format 0.0.4', (t) => {
  const registry = metricsRegistry();
  const counter = registry.counter('things_total', 'Things.\nAll of them.');
  const histogram = registry.histogram('took_seconds', 'How long.', [0.1, 1]);
  registry.gauge('age', 'How old.', () => [[{}, Number.POSITIVE_INFINITY]]);
  registry.gauge('nothing', 'Never there.', () => []);
  counter.add({ kind: 'a' });
  counter.add({ kind: 'b' }, 3);
  counter.add({ kind: 'a' });
  for (const seconds of [0.1, 0.5, 7]) histogram.observe({ route: '/v1/sign' }, seconds);
  t.equal(
    expose(registry.collect()),
    [
      '# HELP things_total Things.\\nAll of them.',
      '# TYPE things_total counter',
      'things_total{kind="a"} 2',
      'things_total{kind="b"} 3',
      '# HELP took_seconds How long.',
      '# TYPE took_seconds histogram',
      'took_seconds_bucket{route="/v1/sign",le="0.1"} 1',
      'took_seconds_bucket{route="/v1/sign",le="1"} 2',
      'took_seconds_bucket{route="/v1/sign",le="+Inf"} 3',
      'took_seconds_sum{route="/v1/sign"} 7.6',
      'took_seconds_count{route="/v1/sign"} 3',
      '# HELP age How old.',
      '# TYPE age gauge',
      'age +Inf',
      '',
    ].join('\n'),
  );
  t.end();
});

t.test('free text, a NIK and line breaks do not get out as labels', (t) => {
  const registry = metricsRegistry();
  const counter = registry.counter('things_total', 'Things.');
  const hostile = ['Budi Santoso', '7271041908400001', 'x7271041908400001y', 'a"} 1\nforged 1', '', 'ü'];
  for (const kind of hostile) counter.add({ kind });
  t.match(expose(registry.collect()), 'things_total{kind="other"} 6\n');
  t.equal(expose(registry.collect()).split('\n').length, 4);
  t.end();
});

t.test('a family never has more series than it may', (t) => {
  const registry = metricsRegistry();
  const counter = registry.counter('things_total', 'Things.');
  for (let i = 0; i < 2_000; i += 1) counter.add({ kind: `k${i}` });
  const [family] = registry.collect();
  t.equal(family?.samples.length, 501, 'and the one for all others');
  t.equal(family?.samples.at(-1)?.value, 1_500);
  t.end();
});

t.test('the figures of several processes are one family each, told apart by process', (t) => {
  const parts = ['1', '2'].map((process) => {
    const registry = metricsRegistry();
    registry.counter('things_total', 'Things.').add({ kind: 'a' }, Number(process));
    return [process, registry.collect()] as const;
  });
  t.equal(
    expose(mergeFamilies(new Map(parts))),
    [
      '# HELP things_total Things.',
      '# TYPE things_total counter',
      'things_total{process="1",kind="a"} 1',
      'things_total{process="2",kind="a"} 2',
      '',
    ].join('\n'),
  );
  t.end();
});
