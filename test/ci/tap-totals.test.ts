import t from 'tap';
import { closingLine, outcomeOfTap, readTapTotals } from './tap-totals.ts';

t.test('the last closing line counts, with the counts that tap leaves out as zero', (t) => {
  const output = [
    'TAP version 14',
    '    # { total: 1, fail: 1 }',
    '# { total: 2, pass: 2 }',
    'ok 1 - test/a.test.ts',
    '# { total: 6, pass: 3, fail: 1, todo: 1, skip: 1 }',
    '# time=501.747ms',
  ].join('\n');
  t.same(readTapTotals(output), { pass: 3, fail: 1, skip: 2 });
  t.same(readTapTotals('# { total: 4, pass: 4 }\n'), { pass: 4, fail: 0, skip: 0 });
  t.end();
});

t.test('a run without a closing line failed', (t) => {
  t.equal(readTapTotals('ok 1 - test/a.test.ts\n'), null);
  t.same(outcomeOfTap('a', 0, 'ok 1 - test/a.test.ts\n'), { name: 'a', passed: 0, failed: 1 });
  t.end();
});

t.test('what is skipped counts as failed', (t) => {
  t.same(outcomeOfTap('a', 0, '# { total: 3, pass: 1, skip: 2 }\n'), { name: 'a', passed: 1, failed: 2 });
  t.end();
});

t.test('a run that tap itself calls failed is never without a failure', (t) => {
  const line = '# { total: 3, pass: 3 }\n';
  t.same(outcomeOfTap('a', 1, line), { name: 'a', passed: 3, failed: 1 });
  t.same(outcomeOfTap('a', null, line), { name: 'a', passed: 3, failed: 1 });
  t.same(outcomeOfTap('a', 0, line), { name: 'a', passed: 3, failed: 0 });
  t.end();
});

t.test('the closing line sums all runs', (t) => {
  const outcomes = [
    { name: 'a', passed: 3, failed: 1 },
    { name: 'b', passed: 40, failed: 0 },
  ];
  t.equal(closingLine(outcomes), '43 passed, 1 failed');
  t.end();
});
