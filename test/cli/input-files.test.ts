// Which files a command line means.

import { symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import t from 'tap';
import { findInputFiles, type InputFiles, type InputRules } from '../../src/cli/input-files.ts';

const RULES: InputRules = { recursive: false, followLinks: false, include: null, archives: 'enter' };
const pathsOf = ({ inputs }: InputFiles): readonly string[] => inputs.map(({ path }) => path);

t.test('files, folders and standard input', async (t) => {
  const folder = t.testdir({
    'b.pdf': '',
    'a.PDF': '',
    'catatan.txt': '',
    arsip: { 'c.pdf': '', dalam: { 'd.pdf': '' } },
    'folder.pdf': {},
  });
  const names = (named: readonly string[], recursive = false): readonly string[] =>
    pathsOf(
      findInputFiles(
        named.map((name) => (name === '-' ? name : join(folder, name))),
        { ...RULES, recursive },
      ),
    ).map((path) => (path === '-' ? path : relative(folder, path)));

  t.strictSame(
    names(['b.pdf', 'catatan.txt', 'b.pdf']),
    ['b.pdf', 'catatan.txt'],
    'named files of any name, once',
  );
  t.strictSame(names(['.']), ['a.PDF', 'b.pdf'], 'a folder means its PDFs');
  t.strictSame(names(['.'], true), [
    'a.PDF',
    join('arsip', 'c.pdf'),
    join('arsip', 'dalam', 'd.pdf'),
    'b.pdf',
  ]);
  t.strictSame(names(['b.pdf', '-']), ['-', 'b.pdf']);
  t.strictSame(names(['*.pdf']), ['b.pdf'], 'a pattern that no shell resolved');
});

t.test('what is missing is named and stops nothing', async (t) => {
  const folder = t.testdir({ 'a.pdf': '' });
  const found = findInputFiles([join(folder, 'x.pdf'), join(folder, 'a.pdf'), join(folder, '?.txt')], RULES);
  const { missing } = found;
  t.strictSame(pathsOf(found), [join(folder, 'a.pdf')]);
  t.strictSame(missing, [
    { path: join(folder, 'x.pdf'), reason: 'ENOENT' },
    { path: join(folder, '?.txt'), reason: 'ENOENT' },
  ]);
});

t.test('links to files count, links to folders do not lead in circles', async (t) => {
  const folder = t.testdir({ 'a.pdf': '', dalam: {} });
  symlinkSync(join(folder, 'a.pdf'), join(folder, 'b.pdf'));
  symlinkSync(join(folder, 'tidak-ada'), join(folder, 'putus.pdf'));
  symlinkSync(folder, join(folder, 'dalam', 'atas.pdf'));
  const found = findInputFiles([folder], { ...RULES, recursive: true });
  const { missing } = found;
  t.strictSame(pathsOf(found), [join(folder, 'a.pdf'), join(folder, 'b.pdf')]);
  t.strictSame(missing, [{ path: join(folder, 'putus.pdf'), reason: 'ENOENT' }], 'a broken link is said');
});
