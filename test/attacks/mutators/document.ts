// The document itself, changed by a complete update behind the signature.

import { asKind } from '../../../src/pdf/objects.ts';
import type { AttackedFile } from '../attacked-file.ts';
import { withEntry } from '../attacked-file.ts';
import { look } from '../form-letter.ts';
import type { Mutator } from './mutator.ts';

const OTHER_TEXT = '<< /Length 47 >>\nstream\nBT /F1 12 Tf 72 770 Td (Surat Palsu) Tj ET      \nendstream';
const PAGE_FINDINGS = [
  'unexplained-object',
  'page-changed',
  'page-added',
  'page-removed',
  'object-freed',
  'dormant-object-activated',
];

type Objects = Record<number, string | null>;

function updated(
  name: string,
  findings: readonly string[],
  change: (file: AttackedFile) => Objects | null,
): Mutator {
  return {
    name,
    findings,
    apply: (file) => {
      const objects = change(file);
      return objects === null ? null : file.append(objects);
    },
  };
}

const onPage = (
  name: string,
  change: (page: string, file: AttackedFile) => string,
  more?: (file: AttackedFile) => Objects,
): Mutator =>
  updated(name, PAGE_FINDINGS, (file) => {
    const [page = 0] = file.pages;
    const text = change(file.text(page), file);
    return text === file.text(page) ? null : { [page]: text, ...more?.(file) };
  });

const inCatalog = (
  name: string,
  key: string,
  value: string,
  more?: (file: AttackedFile) => Objects,
): Mutator =>
  updated(name, PAGE_FINDINGS, (file) => ({ [file.catalog]: file.catalogWith(key, value), ...more?.(file) }));

function withAnnotation(page: string, number: number): string {
  return /\/Annots \[/.test(page)
    ? page.replace(/\/Annots \[/, `/Annots [${number} 0 R `)
    : withEntry(page, 'Annots', `[${number} 0 R]`);
}

const annotation = (subtype: string): Mutator =>
  onPage(
    `an annotation over the text: ${subtype}`,
    (page, { free }) => withAnnotation(page, free),
    ({ free }) => ({
      [free]: `<< /Type /Annot /Subtype /${subtype} /Rect [60 760 300 790] /F 4 /AP << /N ${free + 1} 0 R >> >>`,
      [free + 1]: look('Rp 1.000.000.000'),
    }),
  );

/** The number of the form dictionary where it stands in an object of its own. */
function formNumber(file: AttackedFile): number | null {
  return asKind(file.view.catalog().entries.get('AcroForm'), 'reference')?.number ?? null;
}

/** Objects that put one more field into the form, however that stands. */
function inForm(file: AttackedFile, field: number): Objects | null {
  const own = formNumber(file);
  const number = own ?? file.catalog;
  const text = file.text(number);
  const changed = text.replace(/\/Fields \[/, `/Fields [${field} 0 R `);
  return changed === text ? null : { [number]: changed };
}

const signatureValue = (file: AttackedFile): string => file.text(file.signature);

export const documentMutators: readonly Mutator[] = [
  updated('the content overwritten', PAGE_FINDINGS, ({ content }) =>
    content === null ? null : { [content]: OTHER_TEXT },
  ),
  onPage(
    'another content',
    (page, { free }) => withEntry(page, 'Contents', `${free} 0 R`),
    ({ free }) => ({ [free]: OTHER_TEXT }),
  ),
  onPage(
    'content added',
    (page, { content, free }) =>
      content === null ? page : withEntry(page, 'Contents', `[${content} 0 R ${free} 0 R]`),
    ({ free }) => ({ [free]: OTHER_TEXT }),
  ),
  updated('the font replaced', PAGE_FINDINGS, ({ font }) =>
    font === null ? null : { [font]: '<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>' },
  ),
  updated('the encoding of the font', PAGE_FINDINGS, ({ font }) =>
    font === null
      ? null
      : {
          [font]:
            '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [48 /nine] >> >>',
        },
  ),
  onPage('other resources', (page) => withEntry(page, 'Resources', '<< >>')),
  onPage('a smaller media box', (page) => withEntry(page, 'MediaBox', '[0 0 595 400]')),
  onPage('a crop box', (page) => withEntry(page, 'CropBox', '[0 0 300 300]')),
  onPage('a page turned', (page) => withEntry(page, 'Rotate', '180')),
  onPage('a larger unit', (page) => withEntry(page, 'UserUnit', '4')),
  onPage('an action when the page opens', (page) =>
    withEntry(page, 'AA', '<< /O << /S /JavaScript /JS (x) >> >>'),
  ),
  onPage('private data of an application', (page) => withEntry(page, 'PieceInfo', '<< >>')),
  ...['FreeText', 'Stamp', 'Redact', 'Watermark', 'Highlight', 'Text', 'Widget', 'RichMedia'].map(annotation),
  updated('a page added', PAGE_FINDINGS, (file) => {
    const root = asKind(file.view.catalog().entries.get('Pages'), 'reference')?.number ?? 0;
    const tree = file
      .text(root)
      .replace(/\/Kids \[/, `/Kids [${file.free} 0 R `)
      .replace(/\/Count (\d+)/, (_, count) => `/Count ${Number(count) + 1}`);
    return { [root]: tree, [file.free]: `<< /Type /Page /Parent ${root} 0 R /MediaBox [0 0 595 842] >>` };
  }),
  updated('a page removed', PAGE_FINDINGS, ({ pages, view, text }) => {
    const root = asKind(view.catalog().entries.get('Pages'), 'reference')?.number ?? 0;
    if (pages.length < 2 || !text(root).includes(`${pages.at(-1)} 0 R`)) return null;
    return {
      [root]: text(root)
        .replace(`${pages.at(-1)} 0 R`, '')
        .replace(/\/Count (\d+)/, (_, count) => `/Count ${Number(count) - 1}`),
    };
  }),
  updated('pages in another order', PAGE_FINDINGS, ({ view, text }) => {
    const root = asKind(view.catalog().entries.get('Pages'), 'reference')?.number ?? 0;
    const changed = text(root).replace(/\/Kids \[(\d+ 0 R) (\d+ 0 R)/, '/Kids [$2 $1');
    return changed === text(root) ? null : { [root]: changed };
  }),
  updated('no pages', [...PAGE_FINDINGS, 'bytes-after-revision', 'tree-malformed'], (file) => ({
    [file.catalog]: withEntry(file.text(file.catalog), 'Pages', ''),
  })),
  inCatalog('a script when the document opens', 'OpenAction', '<< /S /JavaScript /JS (x) >>'),
  inCatalog('actions of the document', 'AA', '<< /WC << /S /Launch /F (x) >> >>'),
  inCatalog('a version that is none', 'Version', '(1.7)'),
  inCatalog('names', 'Names', '<< /JavaScript << /Names [(a) << /S /JavaScript /JS (x) >>] >> >>'),
  inCatalog('layers', 'OCProperties', '<< /OCGs [] /D << /BaseState /OFF >> >>'),
  inCatalog('an output intent', 'OutputIntents', '[<< /Type /OutputIntent /S /GTS_PDFX >>]'),
  inCatalog('viewer preferences', 'ViewerPreferences', '<< /Direction /R2L >>'),
  inCatalog('page labels', 'PageLabels', '<< /Nums [0 << /S /R >>] >>'),
  inCatalog('bookmarks', 'Outlines', '<< /Type /Outlines /Count 0 >>'),
  inCatalog('a security store of another shape', 'DSS', '<< /Certs (x) >>'),
  inCatalog('a security store with more in it', 'DSS', '<< /Type /DSS /Pages 2 0 R >>'),
  updated('metadata that declare a document type', PAGE_FINDINGS, (file) => {
    const data = '<!DOCTYPE x [<!ENTITY a "b">]><x:xmpmeta xmlns:x="adobe:ns:meta/">&a;</x:xmpmeta>';
    return {
      [file.catalog]: file.catalogWith('Metadata', `${file.free} 0 R`),
      [file.free]: `<< /Type /Metadata /Subtype /XML /Length ${data.length} >>\nstream\n${data}\nendstream`,
    };
  }),
  updated('the form gone', [...PAGE_FINDINGS, 'signature-outside-form', 'field-removed'], (file) => ({
    [file.catalog]: withEntry(file.text(file.catalog), 'AcroForm', ''),
  })),
  updated('the form to be drawn anew', PAGE_FINDINGS, (file) => {
    const own = formNumber(file);
    const number = own ?? file.catalog;
    return { [number]: file.text(number).replace(/\/Fields \[/, '/NeedAppearances true /Fields [') };
  }),
  updated('the form as XFA', PAGE_FINDINGS, (file) => {
    const number = formNumber(file) ?? file.catalog;
    return { [number]: file.text(number).replace(/\/Fields \[/, '/XFA (<xdp/>) /Fields [') };
  }),
  updated('a field of another kind', [...PAGE_FINDINGS, 'field-added'], (file) => {
    const form = inForm(file, file.free);
    return form === null
      ? null
      : {
          ...form,
          [file.free]: '<< /FT /Tx /T (baru) /V (x) /Type /Annot /Subtype /Widget /Rect [0 0 9 9] >>',
        };
  }),
  updated(
    'a field that borrows the name of the signed one',
    [
      ...PAGE_FINDINGS,
      'field-name-repeated',
      'certification-forbids-signing',
      'visible-field-after-certification',
    ],
    (file) => {
      const form = inForm(file, file.free);
      const name = /\/T (\([^)]*\)|<[^>]*>)/.exec(file.text(file.field))?.[0] ?? '';
      return form === null
        ? null
        : {
            ...form,
            [file.free]: `<< /FT /Sig ${name} /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 >>`,
          };
    },
  ),
  updated(
    'one signature dictionary in two fields',
    [
      ...PAGE_FINDINGS,
      'signature-shared',
      'signature-value-reused',
      'certification-forbids-signing',
      'visible-field-after-certification',
    ],
    (file) => {
      const form = inForm(file, file.free);
      return form === null
        ? null
        : {
            ...form,
            [file.free]: `<< /FT /Sig /T (lain) /V ${file.signature} 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 >>`,
          };
    },
  ),
  updated('the value of the field gone', [...PAGE_FINDINGS, 'signature-outside-form'], (file) => ({
    [file.field]: withEntry(file.text(file.field), 'V', ''),
  })),
  updated(
    'the value of the field a copy',
    [
      ...PAGE_FINDINGS,
      'signature-outside-form',
      'contents-not-the-gap',
      'signature-dictionary-redefined',
      'byte-range-overlap',
      'certification-repeated',
      'certification-inconsistent',
    ],
    (file) => ({
      [file.field]: withEntry(file.text(file.field), 'V', `${file.free} 0 R`),
      [file.free]: signatureValue(file),
    }),
  ),
  updated(
    'the reason replaced',
    [...PAGE_FINDINGS, 'contents-not-the-gap', 'signature-dictionary-redefined'],
    (file) => ({
      [file.signature]: withEntry(signatureValue(file), 'Reason', '(Disetujui)'),
    }),
  ),
  updated(
    'the permission of the certification raised',
    [...PAGE_FINDINGS, 'contents-not-the-gap', 'signature-dictionary-redefined'],
    (file) => {
      const text = signatureValue(file);
      return /\/P [12]\b/.test(text) ? { [file.signature]: text.replace(/\/P [12]\b/, '/P 3') } : null;
    },
  ),
  updated('the permissions of the catalog gone', PAGE_FINDINGS, (file) =>
    file.text(file.catalog).includes('/Perms')
      ? { [file.catalog]: withEntry(file.text(file.catalog), 'Perms', '') }
      : null,
  ),
  updated(
    'permissions that name the signature afterwards',
    [...PAGE_FINDINGS, 'certification-inconsistent', 'certification-not-first'],
    (file) =>
      file.text(file.catalog).includes('/Perms')
        ? null
        : { [file.catalog]: file.catalogWith('Perms', `<< /DocMDP ${file.signature} 0 R >>`) },
  ),
  updated('the signature field moved', [...PAGE_FINDINGS, 'field-changed'], (file) => ({
    [file.field]: withEntry(file.text(file.field), 'Rect', '[0 0 590 840]'),
  })),
  updated('the signature field with another look', PAGE_FINDINGS, (file) => ({
    [file.field]: withEntry(file.text(file.field), 'AP', `<< /N ${file.free} 0 R >>`),
    [file.free]: look('Ditandatangani oleh orang lain'),
  })),
  updated('the signature field renamed', [...PAGE_FINDINGS, 'signature-dictionary-differs'], (file) => ({
    [file.field]: withEntry(file.text(file.field), 'T', '(lain)'),
  })),
  updated('the language of the document', PAGE_FINDINGS, (file) => ({
    [file.catalog]: file.catalogWith('Lang', '(xx)'),
  })),
  updated('a tag replaced', PAGE_FINDINGS, (file) =>
    file.text(file.catalog).includes('/StructTreeRoot')
      ? { 32: '<< /Type /StructElem /S /P /P 31 0 R /Pg 3 0 R /K [0] /ActualText (Surat Palsu) >>' }
      : null,
  ),
  updated('a tag added', PAGE_FINDINGS, (file) =>
    file.text(file.catalog).includes('/StructTreeRoot')
      ? {
          31: `<< /Type /StructElem /S /Document /P 30 0 R /K [32 0 R ${file.free} 0 R] >>`,
          [file.free]: '<< /Type /StructElem /S /P /P 31 0 R /ActualText (Surat Palsu) /K [] >>',
        }
      : null,
  ),
];

const FORM_FINDINGS = ['certification-forbids-filling', 'locked-field-changed'];

function onField(
  name: string,
  findings: readonly string[],
  change: (text: string, file: AttackedFile) => string,
  more?: (file: AttackedFile) => Objects,
): Mutator {
  return updated(name, [...findings, ...FORM_FINDINGS], (file) => {
    // The name of a citizen, in the letters with a form.
    const isForm = /\/T \(nama\)/.test(file.view.entry(10) === undefined ? '' : file.text(10));
    return isForm ? { 10: change(file.text(10), file), ...more?.(file) } : null;
  });
}

export const formMutators: readonly Mutator[] = [
  onField('a value without its appearance', ['value-without-appearance'], (text) =>
    withEntry(text, 'V', '(Orang Lain)'),
  ),
  onField(
    'an appearance without its value',
    ['appearance-changed-without-value'],
    (text, { free }) => withEntry(text, 'AP', `<< /N ${free} 0 R >>`),
    ({ free }) => ({ [free]: look('Orang Lain') }),
  ),
  onField(
    'an appearance that shows another value',
    ['appearance-differs-from-value'],
    (text, { free }) => withEntry(withEntry(text, 'AP', `<< /N ${free} 0 R >>`), 'V', '(Agus)'),
    ({ free }) => ({ [free]: look('Orang Lain') }),
  ),
  onField('the name of the field', ['field-changed'], (text) => withEntry(text, 'T', '(nomor)')),
  onField('the kind of the field', ['field-changed'], (text) => withEntry(text, 'FT', '/Ch')),
  onField('the place of the field', ['field-changed'], (text) => withEntry(text, 'Rect', '[60 760 300 790]')),
  onField('a script in the field', ['field-changed'], (text) =>
    withEntry(text, 'AA', '<< /K << /S /JavaScript /JS (x) >> >>'),
  ),
  onField('the field hidden', ['field-changed'], (text) => withEntry(text, 'F', '2')),
];
