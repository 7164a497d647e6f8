// `teken diff`: what changed between two versions of one file, or between two files, by page and object, in words.

import { nodePlatform } from '../platform/node.ts';
import { pieceReader, type Source } from '../platform/platform.ts';
import { changeText } from '../report/change-texts.ts';
import type { Language, Text } from '../report/language.ts';
import { printableClaim } from '../report/printable.ts';
import { fillText } from '../report/template.ts';
import { wrapText } from '../report/wrap.ts';
import { compareDocuments, type DocumentDifference, type PagePart } from '../verify/compare-documents.ts';
import { listChanges, type VersionChanges } from '../verify/list-changes.ts';
import { listVersions, type VersionsContext } from '../verify/revisions.ts';
import { type Arguments, oneOf } from './arguments.ts';
import type { Calling } from './calling.ts';
import { EXIT } from './exit-codes.ts';
import { openInput } from './input-files.ts';
import { readPassword } from './password-file.ts';
import { UsageError } from './usage-error.ts';
import { readCount } from './values.ts';

const WORDS = {
  same: { id: 'Kedua berkas sama bita demi bita.', en: 'The two files are the same byte for byte.' },
  alike: {
    id: 'Isi halaman, formulir, dan jumlah tanda tangan sama; bitanya berbeda.',
    en: 'Pages, form entries and the number of signatures are the same; the bytes differ.',
  },
  continues: {
    id: 'Berkas kedua adalah berkas pertama, ditambah versi berikut.',
    en: 'The second file is the first one, and these versions after it.',
  },
  none: { id: 'Tidak ada perubahan di antaranya.', en: 'Nothing changed between them.' },
  version: { id: 'versi {revision}', en: 'version {revision}' },
  forbidden: { id: 'tidak diizinkan', en: 'not permitted' },
  objects: {
    id: 'objek: {added} baru, {changed} ditulis ulang, {freed} dihapus',
    en: 'objects: {added} new, {changed} written again, {freed} freed',
  },
  'page-added': { id: 'halaman {page} ditambahkan', en: 'page {page} added' },
  'page-removed': { id: 'halaman {page} dihapus', en: 'page {page} removed' },
  'page-changed': { id: 'halaman {page} berbeda: {parts}', en: 'page {page} differs: {parts}' },
  'entry-changed': {
    id: 'isian formulir "{field}": {before} → {after}',
    en: 'form entry "{field}": {before} → {after}',
  },
  signatures: { id: 'tanda tangan: {before} → {after}', en: 'signatures: {before} → {after}' },
  absent: { id: '(tidak ada)', en: '(none)' },
} as const satisfies Readonly<Record<string, Text>>;

const PARTS: Readonly<Record<PagePart, Text>> = {
  content: { id: 'isi', en: 'content' },
  resources: { id: 'fon dan gambar', en: 'fonts and images' },
  annotations: { id: 'anotasi', en: 'annotations' },
  size: { id: 'ukuran', en: 'size' },
};

interface Comparison {
  readonly relation: 'same' | 'continues' | 'other' | 'versions';
  readonly versions: readonly VersionChanges[];
  readonly differences: readonly DocumentDifference[];
}

/**
 * Compares and says what is different.
 * @returns the exit code: 0 where nothing is, 1 where something is
 * @throws UsageError, MalformedPdf, VersionRefused
 */
export async function diff(line: Arguments, calling: Calling): Promise<number> {
  const [first, second, ...more] = line.files;
  if (first === undefined) throw new UsageError('file-argument-missing');
  if (more.length > 0) throw new UsageError('argument-unexpected', { argument: more[0] ?? '' });
  const format = oneOf('format', line.value('format') ?? 'text', ['text', 'json']);
  const passwordFile = line.value('password-file');
  const password = passwordFile === null ? null : readPassword(passwordFile);
  const sources = [openInput(first), ...(second === undefined ? [] : [openInput(second)])] as const;
  const { terminal, language } = calling;
  const context = {
    platform: nodePlatform,
    signal: terminal.interrupted,
    ...(password === null ? {} : { password }),
  };
  try {
    const [a, b] = sources;
    const comparison =
      b === undefined ? compareVersions(a, context, line) : await compareFiles(a, b, context, line);
    const text =
      format === 'json' ? jsonText(comparison) : comparisonText(comparison, language, terminal.width);
    await terminal.write(text);
    return isDifferent(comparison) ? EXIT.refused : EXIT.accepted;
  } finally {
    password?.fill(0);
    for (const source of sources) source.close();
  }
}

function isDifferent({ relation, versions, differences }: Comparison): boolean {
  return relation === 'other' || versions.length + differences.length > 0;
}

const MOST_VERSIONS = 999_999;

function compareVersions(source: Source, context: VersionsContext, line: Arguments): Comparison {
  const from = readCount('from', line.value('from') ?? '1', 1, MOST_VERSIONS);
  const given = line.value('to');
  const to = given === null ? null : readCount('to', given, from, MOST_VERSIONS);
  return { relation: 'versions', versions: listChanges(source, context, from, to), differences: [] };
}

async function compareFiles(
  first: Source,
  second: Source,
  context: VersionsContext,
  line: Arguments,
): Promise<Comparison> {
  for (const option of ['from', 'to']) {
    if (line.has(option)) throw new UsageError('argument-unexpected', { argument: `--${option}` });
  }
  if (!beginsWith(second, first))
    return { relation: 'other', versions: [], differences: compareDocuments(first, second, context) };
  if (second.size === first.size) return { relation: 'same', versions: [], differences: [] };
  const { versions } = await listVersions(first, context);
  return {
    relation: 'continues',
    versions: listChanges(second, context, versions.length, null),
    differences: [],
  };
}

const PIECE = 1024 * 1024;

function beginsWith(whole: Source, beginning: Source): boolean {
  if (whole.size < beginning.size) return false;
  const [read, expected] = [pieceReader(whole, PIECE), pieceReader(beginning, PIECE)];
  for (let offset = 0; offset < beginning.size; offset += PIECE) {
    const length = Math.min(PIECE, beginning.size - offset);
    if (Buffer.compare(read(offset, length), expected(offset, length)) !== 0) return false;
  }
  return true;
}

function comparisonText(comparison: Comparison, language: Language, width: number): string {
  const { relation, versions, differences } = comparison;
  const lines: string[] = [];
  if (relation === 'same') lines.push(WORDS.same[language]);
  if (relation === 'continues') lines.push(WORDS.continues[language]);
  if (relation === 'other' && differences.length === 0) lines.push(WORDS.alike[language]);
  if (relation === 'versions' && versions.length === 0) lines.push(WORDS.none[language]);
  lines.push(...differences.flatMap((each) => wrapText(differenceText(each, language), '', width)));
  for (const version of versions) lines.push(...versionLines(version, language, width));
  return `${lines.join('\n')}\n`;
}

function versionLines(
  { revision, changes, objects }: VersionChanges,
  language: Language,
  width: number,
): readonly string[] {
  const said = changes.map((change) => {
    const mark = change.permitted ? '' : ` (${WORDS.forbidden[language]})`;
    return `${changeText(change, language)}${mark}`;
  });
  const numbers = fillText(WORDS.objects[language], {
    added: numbersText(objects.added),
    changed: numbersText(objects.changed),
    freed: numbersText(objects.freed),
  });
  return [
    fillText(WORDS.version[language], { revision: String(revision) }),
    ...[...new Set(said)].flatMap((line) => wrapText(line, '  - ', width)),
    ...wrapText(numbers, '  ', width),
  ];
}

const NUMBERS_SHOWN = 8;

/** `3 (12, 14, 15)` */
function numbersText(numbers: readonly number[]): string {
  if (numbers.length === 0) return '0';
  const shown = numbers.slice(0, NUMBERS_SHOWN).join(', ');
  return `${numbers.length} (${shown}${numbers.length > NUMBERS_SHOWN ? ', …' : ''})`;
}

function differenceText(difference: DocumentDifference, language: Language): string {
  const template = WORDS[difference.kind][language];
  switch (difference.kind) {
    case 'page-added':
    case 'page-removed':
      return fillText(template, { page: String(difference.page) });
    case 'page-changed': {
      const parts = difference.parts.map((part) => PARTS[part][language]).join(', ');
      return fillText(template, { page: String(difference.page), parts });
    }
    case 'entry-changed': {
      const { field, before, after } = difference;
      const said = (value: string | null): string =>
        value === null ? WORDS.absent[language] : `"${printableClaim(value)}"`;
      return fillText(template, { field: printableClaim(field), before: said(before), after: said(after) });
    }
    case 'signatures':
      return fillText(template, { before: String(difference.before), after: String(difference.after) });
  }
}

/** Words from the file as they are shown everywhere: printable, a NIK masked. */
function jsonText({ relation, versions, differences }: Comparison): string {
  const claim = (text: string | null): string | null => (text === null ? null : printableClaim(text));
  const answer = {
    relation,
    versions: versions.map((version) => ({
      ...version,
      changes: version.changes.map((change) => ({
        ...change,
        field: claim(change.field),
        before: claim(change.before),
        after: claim(change.after),
      })),
    })),
    differences: differences.map((each) =>
      each.kind === 'entry-changed'
        ? { ...each, field: claim(each.field), before: claim(each.before), after: claim(each.after) }
        : each,
    ),
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}
