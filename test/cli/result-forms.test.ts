// Every form of results against what its standard says of it: members and words that are not named there are refused.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { z } from 'zod';
import { fileAnswer } from '../../src/cli/file-answer.ts';
import { verifyAnswer } from '../../src/http/verify-answer.ts';
import { CSV_COLUMNS, csvHeader, csvRows } from '../../src/report/csv.ts';
import { htmlBeginning, htmlEnd, htmlRow } from '../../src/report/html-table.ts';
import { junitCase, junitDocument } from '../../src/report/junit.ts';
import { SARIF_END, sarifBeginning, sarifResults } from '../../src/report/sarif.ts';
import { RESULTS, TOOL, WRITING } from '../report/file-results.ts';
import { run, toolMissing } from '../tools.ts';

t.test('NDJSON: the closed answer of the service, and what only a command knows', async (t) => {
  const schema = z.strictObject({
    ...(verifyAnswer as unknown as z.ZodObject).shape,
    path: z.string(),
    sha256: z.string(),
    problem: z.string().nullable(),
    unmet: z.array(z.string()),
    durationMs: z.int().min(0).nullable(),
  });
  for (const result of RESULTS) {
    const { verdict } = result.report;
    // The service says these two as problems; a command has to give them their place among the others.
    if (verdict === 'UNREADABLE' || verdict === 'SERVICE_ERROR') continue;
    t.strictSame(schema.safeParse(fileAnswer(result, WRITING)).error?.issues ?? [], [], result.path);
  }
});

/** RFC 4180 as a spreadsheet reads it. */
function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  let row: string[] = [];
  while (cell.lastIndex < text.length) {
    const [, quoted, plain, end] = cell.exec(text) ?? [];
    if (end === undefined) throw new Error(`not CSV at ${cell.lastIndex}`);
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

t.test('CSV: every row has every column, and no cell is a formula', async (t) => {
  const rows = readCsv(csvHeader() + RESULTS.map(csvRows).join(''));
  t.strictSame(rows[0], CSV_COLUMNS);
  t.ok(rows.every((row) => row.length === CSV_COLUMNS.length));
  t.notOk(rows.slice(1).some((row) => row.some((cell) => /^[=+\-@\t\r]/.test(cell))));
  t.ok(
    rows.some((row) => row.some((cell) => cell.startsWith("'=cmd|"))),
    'it is there, as text',
  );
});

t.test('SARIF 2.1.0: closed objects, their words, and rules that exist', async (t) => {
  const text = z.strictObject({ text: z.string().min(1) });
  const result = z
    .strictObject({
      ruleId: z.string(),
      ruleIndex: z.int().min(0),
      kind: z.enum(['notApplicable', 'pass', 'fail', 'review', 'open', 'informational']),
      level: z.enum(['none', 'note', 'warning', 'error']),
      message: text,
      locations: z.array(
        z.strictObject({
          physicalLocation: z.strictObject({
            artifactLocation: z.strictObject({ uri: z.string().regex(/^[!-~]*$/) }),
          }),
        }),
      ),
      partialFingerprints: z.record(z.string(), z.string()),
    })
    // 3.27.10: a level is a property of failures.
    .refine(({ kind, level }) => kind === 'fail' || level === 'none');
  const schema = z.strictObject({
    $schema: z.url(),
    version: z.literal('2.1.0'),
    runs: z.tuple([
      z.strictObject({
        tool: z.strictObject({
          driver: z.strictObject({
            name: z.string(),
            version: z.string(),
            rules: z.array(z.strictObject({ id: z.string(), shortDescription: text })),
          }),
        }),
        language: z.string().regex(/^[a-z]{2}$/),
        results: z.array(result),
      }),
    ]),
  });
  const results = RESULTS.flatMap((each) => sarifResults(each, WRITING)).join(',\n');
  const log = schema.parse(JSON.parse(sarifBeginning(TOOL, 'en') + results + SARIF_END));
  const [{ tool, results: read }] = log.runs;
  t.ok(read.every(({ ruleId, ruleIndex }) => tool.driver.rules[ruleIndex]?.id === ruleId));
  t.equal(read.filter(({ ruleId }) => ruleId === 'REQUIREMENT_NOT_MET').length, 3);
  t.ok(
    read.some(
      ({ locations }) =>
        locations[0]?.physicalLocation.artifactLocation.uri === 'file:///arsip/a%20b%25%23%3F.pdf',
    ),
  );
  t.doesNotThrow(() => schema.parse(JSON.parse(sarifBeginning(TOOL, 'id') + SARIF_END)), 'no result at all');
});

t.test('JUnit: numbers that are those of the cases', { skip: toolMissing('python3') }, async (t) => {
  const xml = junitDocument(
    RESULTS.map((result) => junitCase(result, WRITING)),
    TOOL,
  );
  const file = join(t.testdir(), 'hasil.xml');
  writeFileSync(file, xml);
  const script = [
    'import sys, json, xml.etree.ElementTree as E',
    'root = E.parse(sys.argv[1]).getroot()',
    'def walk(e): return [e.tag, sorted(e.attrib), [walk(c) for c in e]]',
    's = root[0]',
    'n = lambda tag: len(s.findall("testcase/" + tag))',
    'print(json.dumps([root.tag, s.tag, [s.get(k) for k in ("tests","failures","errors","skipped")],',
    '  [str(len(s)), str(n("failure")), str(n("error")), str(n("skipped"))],',
    '  sorted({json.dumps(walk(c)) for c in s})]))',
  ].join('\n');
  const { stdout, stderr } = await run('python3', ['-c', script, file]);
  t.equal(stderr, '');
  const [root, suite, said, counted, shapes] = JSON.parse(stdout) as [
    string,
    string,
    string[],
    string[],
    string[],
  ];
  t.strictSame([root, suite, said], ['testsuites', 'testsuite', counted]);
  const attributes = '["classname", "name", "time"]';
  t.strictSame(shapes, [
    `["testcase", ${attributes}, [["error", ["message", "type"], []]]]`,
    `["testcase", ${attributes}, [["failure", ["message", "type"], []]]]`,
    `["testcase", ${attributes}, [["skipped", [], []]]]`,
    `["testcase", ${attributes}, []]`,
  ]);
});

t.test('HTML: nothing of a file becomes markup, and the page asks nobody for anything', async (t) => {
  const page =
    htmlBeginning(WRITING, null) +
    RESULTS.map((result) => htmlRow(result, WRITING)).join('') +
    htmlEnd('20 files', 0, TOOL, WRITING);
  t.notMatch(page, /<script|https?:\/\/|src=|\u202e/);
  t.match(page, '&lt;script&gt;');
  t.equal(page.match(/<tr>/g)?.length, RESULTS.length + 1);
});
