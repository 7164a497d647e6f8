// Forms of results before their own judges: the schemas that OASIS and Jenkins publish, and a spreadsheet.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t, { type Test } from 'tap';
import { csvHeader, csvRows } from '../../src/report/csv.ts';
import { junitCase, junitDocument } from '../../src/report/junit.ts';
import { SARIF_END, sarifBeginning, sarifResults } from '../../src/report/sarif.ts';
import { RESULTS, TOOL, WRITING } from '../report/file-results.ts';
import { ciCache, fileMissing, run, toolMissing, toolPath } from '../tools.ts';

const schemas = join(ciCache, 'result-schemas');
const sarifSchema = join(schemas, 'schema', 'sarif-schema-2.1.0.json');

/** What the schema says against each log; formats of strings are checked too. */
async function sarifFaults(t: Test, logs: readonly string[]): Promise<readonly (readonly string[])[]> {
  const python = join(toolPath('schemathesis') ?? '', '..', 'python');
  const file = join(t.testdir(), 'logs.json');
  writeFileSync(file, JSON.stringify(logs));
  const script = [
    'import sys, json, jsonschema_rs',
    'text = open(sys.argv[1]).read()',
    // Errata 01 of the standard closes this bracket; only lenient readers of patterns take it as it stands.
    `schema = json.loads(text.replace('^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$', '^[a-zA-Z]{2}(-[a-zA-Z]{2})?$'))`,
    'judge = jsonschema_rs.validator_for(schema, validate_formats=True)',
    'print(json.dumps([[str(e.message) for e in judge.iter_errors(json.loads(log))] for log in json.load(open(sys.argv[2]))]))',
  ].join('\n');
  const { stdout, stderr } = await run(python, ['-c', script, sarifSchema, file]);
  t.equal(stderr, '');
  return JSON.parse(stdout) as string[][];
}

t.test(
  'SARIF: the schema of OASIS has nothing against any result, and sees a fault',
  { skip: fileMissing('the schema of SARIF', sarifSchema) || toolMissing('schemathesis') },
  async (t) => {
    const results = RESULTS.flatMap((each) => sarifResults(each, WRITING)).join(',\n');
    const logs = (['en', 'id'] as const).flatMap((language) => [
      sarifBeginning(TOOL, language) + results + SARIF_END,
      sarifBeginning(TOOL, language) + SARIF_END,
    ]);
    const wrong = [
      logs[0]?.replace('"kind":"pass"', '"kind":"passed"') ?? '',
      logs[0]?.replace('"version":"2.1.0"', '"version":"2.2.0"') ?? '',
      logs[0]?.replace('"message":{', '"note":1,"message":{') ?? '',
    ];
    const faults = await sarifFaults(t, [...logs, ...wrong]);
    t.strictSame(
      faults.slice(0, logs.length),
      logs.map(() => []),
    );
    for (const found of faults.slice(logs.length)) t.ok(found.length > 0, found.join('; '));
  },
);

const junitSchema = join(schemas, 'jenkins-junit.xsd');

// JUnit has no schema of its own. That of Ant, the other one in use, knows no skipped case.
t.test(
  'JUnit: the schema of Jenkins has nothing against any result, and sees a fault',
  { skip: fileMissing('the schema of JUnit', junitSchema) || toolMissing('xmllint') },
  async (t) => {
    const path = join(t.testdir(), 'hasil.xml');
    const judge = async (xml: string) => {
      writeFileSync(path, xml);
      return run('xmllint', ['--noout', '--nonet', '--schema', junitSchema, path]);
    };
    const cases = RESULTS.map((result) => junitCase(result, WRITING));
    for (const some of [cases, [], cases.slice(0, 1)]) {
      const { code, stderr } = await judge(junitDocument(some, TOOL));
      t.equal(code, 0, `${some.length} cases: ${stderr.slice(0, 600)}`);
    }
    const wrong = junitDocument(cases, TOOL).replace('<testcase classname=', '<testcase class=');
    t.not((await judge(wrong)).code, 0);
  },
);

/** The cells of a sheet as LibreOffice reads the file: their formulas, and their texts. */
async function openedAsSheet(t: Test, csv: string) {
  const folder = t.testdir({ 'hasil.csv': csv });
  const profile = `-env:UserInstallation=${pathToFileURL(join(folder, 'profile')).href}`;
  const words = [
    '--headless',
    profile,
    '--convert-to',
    'fods',
    '--outdir',
    folder,
    join(folder, 'hasil.csv'),
  ];
  const { code, stderr } = await run('soffice', words);
  t.equal(code, 0, stderr);
  const sheet = readFileSync(join(folder, 'hasil.fods'), 'utf8');
  return {
    formulas: [...sheet.matchAll(/table:formula="([^"]*)"/g)].map(([, formula]) => formula),
    texts: [...sheet.matchAll(/<text:p>([^<]*)<\/text:p>/g)].map(([, text]) => text),
  };
}

t.test(
  'CSV: a spreadsheet finds text and numbers, no formula',
  { skip: toolMissing('soffice') },
  async (t) => {
    const unguarded = await openedAsSheet(t, 'a,b\r\n=1+1,"=1+2"\r\n');
    t.ok(unguarded.formulas.length > 0, 'it would take them for formulas');
    const { formulas, texts } = await openedAsSheet(t, csvHeader() + RESULTS.map(csvRows).join(''));
    t.strictSame(formulas, []);
    t.ok(
      texts.some((text) => text?.includes('cmd|')),
      'the hostile name is there, as text',
    );
    t.ok(texts.length > 10 * RESULTS.length, `${texts.length} cells`);
  },
);
