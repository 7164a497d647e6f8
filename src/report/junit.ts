// Results as JUnit XML, for build servers: one test case for each file.

import {
  type FileResult,
  messageText,
  type ResultWriting,
  type Standing,
  standingOf,
} from './file-result.ts';
import { type Xml, xmlElement, xmlText } from './xml.ts';

/** What is kept of a file until all are known: the numbers come before the cases. */
export interface JUnitCase {
  readonly xml: Xml;
  readonly standing: Standing;
  readonly durationMs: number;
}

export function junitCase(result: FileResult, writing: ResultWriting): JUnitCase {
  const standing = standingOf(result);
  const attributes = { classname: 'teken.verify', name: result.path, time: seconds(result.durationMs ?? 0) };
  const xml = xmlElement('testcase', attributes, outcomeOf(standing, result, writing));
  return { xml, standing, durationMs: result.durationMs ?? 0 };
}

const ELEMENTS: Readonly<Record<Standing, 'failure' | 'skipped' | 'error' | null>> = {
  passed: null,
  failed: 'failure',
  undecided: 'failure',
  unsigned: 'skipped',
  unreadable: 'error',
  'not-judged': 'error',
};

function outcomeOf(standing: Standing, result: FileResult, writing: ResultWriting): Xml | null {
  const element = ELEMENTS[standing];
  if (element === null) return null;
  const { report, unmet } = result;
  const text = messageText(result, writing);
  // Its text alone: the schema of Jenkins knows no attribute here.
  if (element === 'skipped') return xmlElement('skipped', {}, xmlText(text));
  const type = unmet.length > 0 && report.ok ? 'REQUIREMENT_NOT_MET' : report.verdict;
  const details = [
    ...unmet.map((name) => `REQUIREMENT_NOT_MET ${name}`),
    ...(report.problem === null ? [] : [report.problem.code]),
    ...report.signatures.map(({ verdict, reasons }, i) =>
      [`${i + 1}.`, verdict, ...reasons.map(({ code }) => code)].join(' '),
    ),
  ];
  return xmlElement(element, { message: text, type }, xmlText(details.join('; ')));
}

/** The whole document. */
export function junitDocument(cases: readonly JUnitCase[], tool: { readonly version: string }): string {
  const count = (element: string): string =>
    String(cases.filter(({ standing }) => ELEMENTS[standing] === element).length);
  const numbers = {
    tests: String(cases.length),
    failures: count('failure'),
    errors: count('error'),
    time: seconds(cases.reduce((sum, { durationMs }) => sum + durationMs, 0)),
  };
  const suite = xmlElement(
    'testsuite',
    { name: `teken verify ${tool.version}`, ...numbers, skipped: count('skipped') },
    ...cases.map(({ xml }) => xml),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xmlElement('testsuites', numbers, suite)}\n`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
