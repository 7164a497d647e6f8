// The papers about security name tests as their proof: each of them has to exist, in the file that is named.

import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { projectRoot } from './tools.ts';

const papers = ['SECURITY.md', ...globSync('docs/*.md', { cwd: projectRoot })];
const text = (paper: string): string => readFileSync(join(projectRoot, paper), 'utf8');

/** `test/folder/file.test.ts` "title", as the papers write it. */
function namedTests(paper: string): readonly { readonly file: string; readonly title: string }[] {
  return [...text(paper).matchAll(/`(test\/[\w./-]+)` "([^"]+)"/g)].map(([, file = '', title = '']) => ({
    file,
    title,
  }));
}

t.test('every test that a paper names is there', (t) => {
  for (const paper of papers) {
    for (const { file, title } of namedTests(paper)) {
      const found = existsSync(join(projectRoot, file)) && text(file).replaceAll("\\'", "'").includes(title);
      t.ok(found, `${paper}: ${file} "${title}"`);
    }
    for (const [, file = ''] of text(paper).matchAll(/`(test\/[\w./-]+)`/g))
      t.ok(existsSync(join(projectRoot, file)), `${paper}: ${file}`);
  }
  t.end();
});

t.test('each of the twenty-eight threats has a defence and a test', (t) => {
  const rows = [...text('docs/threat-model.md').matchAll(/^\| (\d+) \| (.+) \| (.+) \| (.+) \|$/gm)];
  t.same(
    rows.map(([, number]) => Number(number)),
    Array.from({ length: 28 }, (_, i) => i + 1),
  );
  for (const [, number, , defence = '', proof = ''] of rows) {
    t.ok(defence.length > 10, `${number}: defence`);
    t.match(proof, /`test\/[\w./-]+` "[^"]+"/, `${number}: test`);
  }
  t.end();
});

// How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has, from its published table: 253 in all.
const ASVS: Readonly<Record<string, number>> = {
  '1.1': 2,
  '1.2': 9,
  '1.3': 11,
  '1.4': 3,
  '1.5': 2,
  '2.1': 3,
  '2.2': 3,
  '2.3': 4,
  '2.4': 1,
  '3.2': 2,
  '3.3': 4,
  '3.4': 6,
  '3.5': 5,
  '3.7': 2,
  '4.1': 3,
  '4.2': 1,
  '4.3': 2,
  '4.4': 4,
  '5.1': 1,
  '5.2': 3,
  '5.3': 2,
  '5.4': 3,
  '6.1': 3,
  '6.2': 12,
  '6.3': 4,
  '6.4': 4,
  '6.5': 5,
  '6.6': 3,
  '6.8': 4,
  '7.1': 3,
  '7.2': 4,
  '7.3': 2,
  '7.4': 5,
  '7.5': 2,
  '7.6': 2,
  '8.1': 2,
  '8.2': 3,
  '8.3': 1,
  '8.4': 1,
  '9.1': 3,
  '9.2': 4,
  '10.1': 2,
  '10.2': 2,
  '10.3': 4,
  '10.4': 11,
  '10.5': 5,
  '10.6': 2,
  '10.7': 3,
  '11.1': 2,
  '11.2': 3,
  '11.3': 3,
  '11.4': 4,
  '11.5': 1,
  '11.6': 1,
  '12.1': 3,
  '12.2': 2,
  '12.3': 4,
  '13.1': 1,
  '13.2': 5,
  '13.3': 2,
  '13.4': 5,
  '14.1': 2,
  '14.2': 4,
  '14.3': 3,
  '15.1': 3,
  '15.2': 3,
  '15.3': 7,
  '16.1': 1,
  '16.2': 5,
  '16.3': 4,
  '16.4': 3,
  '16.5': 3,
  '17.1': 1,
  '17.2': 4,
  '17.3': 2,
};

t.test('every requirement of ASVS 5.0, levels 1 and 2, has a test or a reason', (t) => {
  const rows = [...text('docs/asvs.md').matchAll(/^\| (\d+\.\d+)\.(\d+) \| (.+) \| (.+) \|$/gm)];
  t.equal(rows.length, 253);
  t.equal(new Set(rows.map(([, section, number]) => `${section}.${number}`)).size, 253, 'each once');
  const counted = Map.groupBy(rows, ([, section = '']) => section);
  t.same(Object.fromEntries([...counted].map(([section, { length }]) => [section, length])), ASVS);
  for (const [row, , , , proof = ''] of rows) t.ok(proof.length > 10, row);
  t.end();
});

t.test('links between papers lead somewhere', (t) => {
  for (const paper of ['README.md', ...papers]) {
    for (const [, target = ''] of text(paper).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g))
      t.ok(existsSync(join(projectRoot, dirname(paper), target)), `${paper}: ${target}`);
  }
  t.end();
});
