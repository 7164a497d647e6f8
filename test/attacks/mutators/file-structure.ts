// The file around the signature: end markers, sections, rows, what follows and what precedes.

import { append, concat, lastStartxref, textOf } from '../append.ts';
import type { AttackedFile } from '../attacked-file.ts';
import { type Mutator, seeded } from './mutator.ts';

const TAIL = ['bytes-after-revision', 'unlisted-object', 'pdf-damaged'];
const DAMAGED = [
  'pdf-damaged',
  'bytes-after-revision',
  'signature-outside-form',
  'object-freed',
  'unexplained-object',
];

function tail(name: string, text: (file: AttackedFile) => string): Mutator {
  return { name: `tail: ${name}`, apply: (file) => concat(file.bytes, text(file)), findings: TAIL };
}

function updated(
  name: string,
  findings: readonly string[],
  apply: (file: AttackedFile) => Uint8Array | null,
): Mutator {
  return { name: `update: ${name}`, apply, findings };
}

const PLAIN_STREAM = '<< /Length 3 >>\nstream\nq Q\nendstream';

/** Cut off at a place of its own for each file. */
function truncated(seed: number): Mutator {
  return {
    name: `truncated ${seed}`,
    apply: ({ bytes }) => {
      const random = seeded(seed);
      // What cuts away the last update as a whole leaves an older file, which is no attack on a signature.
      const end = textOf(bytes).lastIndexOf('startxref');
      const start = Math.max(textOf(bytes).lastIndexOf('%%EOF', end), Math.floor(bytes.length / 2));
      return bytes.subarray(0, start + 8 + Math.floor(random() * (end - start - 8)));
    },
    findings: ['pdf-damaged', 'signed-data-missing', 'bytes-after-revision', 'not-pdf', ...DAMAGED],
  };
}

export const fileMutators: readonly Mutator[] = [
  tail('a second %%EOF', () => '%%EOF\n%%EOF\n'),
  tail('a second startxref', ({ bytes }) => `startxref\n${lastStartxref(bytes)}\n%%EOF\n`),
  tail('an archive of another kind', () => 'PK\u0003\u0004 malware.exe'),
  tail('seventeen blanks', () => ' '.repeat(17)),
  tail('objects that no section lists', ({ pages }) => `${pages[0]} 0 obj\n<< /Type /Page >>\nendobj\n`),
  tail('an update without its end marker', ({ bytes, pages, catalog }) => {
    const start = bytes.length;
    return `${pages[0]} 0 obj\n<< /Type /Page >>\nendobj\nxref\n${pages[0]} 1\n${String(start).padStart(10, '0')} 00000 n \ntrailer\n<< /Root ${catalog} 0 R /Size 99 /Prev ${lastStartxref(bytes)} >>\n`;
  }),
  ...[1, 2, 3, 4, 5, 6, 7, 8].map(truncated),
  {
    name: 'bytes before the header',
    apply: ({ bytes }) => concat('GIF89a\n', bytes),
    findings: DAMAGED,
  },
  updated('/Prev leads nowhere', DAMAGED, (file) => file.append({ [file.free]: '(x)' }, { previous: 7 })),
  updated('/Prev leads to itself', DAMAGED, ({ bytes, free, append: to }) => {
    const size = to({ [free]: '(x)' }).length - bytes.length;
    const start = lastStartxref(to({ [free]: '(x)' }));
    return size > 0 ? to({ [free]: '(x)' }, { previous: start }) : null;
  }),
  updated(
    '/Prev passes over the signed revision',
    [
      ...DAMAGED,
      'catalog-replaced',
      'coverage-not-a-revision',
      'unlisted-object',
      'signature-dictionary-differs',
    ],
    (file) => {
      const sections = [...textOf(file.bytes).matchAll(/startxref\s+([1-9]\d*)\s+%%EOF/g)].map((match) =>
        Number(match[1]),
      );
      const before = sections.at(-2);
      return before === undefined ? null : file.append({ [file.free]: '(x)' }, { previous: before });
    },
  ),
  updated('an object that its section does not list', ['unlisted-object'], (file) =>
    file.append({ [file.free]: '(x)' }, { unlisted: { [file.pages[0] ?? 0]: '<< /Type /Page >>' } }),
  ),
  updated('a page of another number under a row', DAMAGED, (file) => {
    const changed = file.append({ [file.free]: PLAIN_STREAM });
    const text = textOf(changed);
    if (!text.slice(file.bytes.length).includes('\nxref\n')) return null;
    const at = text.lastIndexOf(`\n${file.free} 1\n`) + 1;
    const row = `${file.pages[0]} 1`.padStart(`${file.free} 1`.length, '0');
    return concat(changed.subarray(0, at), row, changed.subarray(at + row.length));
  }),
  ...(['pages', 'content', 'font', 'signature', 'field'] as const).map((what) =>
    updated(
      `${what} freed`,
      [
        ...DAMAGED,
        'tree-malformed',
        'page-removed',
        'page-changed',
        'field-removed',
        'contents-missing',
        'signature-dictionary-redefined',
        'locked-field-changed',
        'contents-not-the-gap',
      ],
      (file) => {
        const number = what === 'pages' ? file.pages[0] : file[what];
        return number == null || number === 0 ? null : file.append({ [number]: null });
      },
    ),
  ),
  updated(
    'another /Root',
    [
      'catalog-replaced',
      'unexplained-object',
      'signature-outside-form',
      'unused-object',
      'page-added',
      'page-removed',
      'page-changed',
      'object-freed',
      'tree-malformed',
      'dormant-object-activated',
      'certification-inconsistent',
    ],
    (file) => {
      const { free } = file;
      const objects = {
        [free]: `<< /Type /Catalog /Pages ${free + 1} 0 R >>`,
        [free + 1]: `<< /Type /Pages /Count 1 /Kids [${free + 2} 0 R] >>`,
        [free + 2]:
          `<< /Type /Page /Parent ${free + 1} 0 R /MediaBox [0 0 595 842] /Contents ${free + 3} 0 R >>`,
        [free + 3]: PLAIN_STREAM,
      };
      return file.append(objects, { root: free });
    },
  ),
  updated('/Encrypt comes', ['trailer-changed', 'pdf-encrypted', 'pdf-damaged', 'pdf-unsupported'], (file) =>
    file.append(
      {
        [file.free]:
          '<< /Filter /Standard /V 1 /R 2 /O (01234567890123456789012345678901) /U (01234567890123456789012345678901) /P -4 >>',
      },
      { trailer: `/Encrypt ${file.free} 0 R /ID [<00> <00>]` },
    ),
  ),
  updated('an object stream takes the place of another', [...DAMAGED, 'object-stream-replaced'], (file) => {
    const found = file.view.numbers().find((number) => file.text(number).includes('/Type /ObjStm'));
    return found === undefined
      ? null
      : append(file.bytes, {
          objects: { [found]: '<< /Type /ObjStm /N 0 /First 0 /Length 0 >>\nstream\n\nendstream' },
        });
  }),
];
