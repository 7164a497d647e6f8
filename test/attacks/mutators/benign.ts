// What honest tools do to a signed file: these guard against a verifier that is too strict.

import { asKind } from '../../../src/pdf/objects.ts';
import { append, concat, lastStartxref, textOf } from '../append.ts';
import { type AttackedFile, withEntry } from '../attacked-file.ts';
import { fields, look } from '../form-letter.ts';
import type { Mutator } from './mutator.ts';

type Benign = Omit<Mutator, 'findings'>;

const XMP =
  '<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>';

const stream = (data: string, entries = ''): string =>
  `<< ${entries} /Length ${data.length} >>\nstream\n${data}\nendstream`;

/** A security store with one certificate, which a reader need not know. */
function withStore(file: AttackedFile, store: string): Uint8Array {
  return file.append({
    [file.catalog]: file.catalogWith('DSS', `${file.free} 0 R`),
    [file.free]: store.replace('{stream}', `${file.free + 1} 0 R`),
    [file.free + 1]: stream('0123'),
  });
}

function filledIn(
  file: AttackedFile,
  number: number,
  name: string,
  objects: (free: number) => Record<number, string>,
): Uint8Array | null {
  const isForm = file.view.entry(number) !== undefined && file.text(number).includes(`/T (${name})`);
  const permits = !/\/P 1\b|\/Action \/(?:All|Include)/.test(textOf(file.bytes));
  return isForm && permits ? file.append(objects(file.free)) : null;
}

export const benignMutators: readonly Benign[] = [
  { name: 'sixteen blanks at the end', apply: ({ bytes }) => concat(bytes, ' \r\n'.repeat(5), '\n') },
  { name: 'an empty update', apply: (file) => file.append({}) },
  { name: 'two empty updates', apply: (file) => concatUpdates(file) },
  {
    name: 'the catalog as it was',
    apply: (file) => file.append({ [file.catalog]: file.text(file.catalog) }),
  },
  {
    name: 'the page as it was, its keys in another order',
    apply: (file) => {
      const [page = 0] = file.pages;
      const type = withEntry(file.text(page), 'Type', '').replace(/\n>>$/, '\n/Type /Page\n>>');
      return file.append({ [page]: type });
    },
  },
  {
    name: 'the catalog under another number',
    apply: (file) => file.append({ [file.free]: file.text(file.catalog) }, { root: file.free }),
  },
  {
    name: 'a document information dictionary',
    apply: (file) => {
      const old = asKind(file.view.trailer.entries.get('Info'), 'reference')?.number;
      const number = old ?? file.free;
      const objects = { [number]: '<< /ModDate (D:20261201000000Z) /Producer (Alat) >>' };
      return file.append(objects, { trailer: `/Info ${number} 0 R` });
    },
  },
  {
    name: 'another identifier of the file',
    apply: (file) => file.append({}, { trailer: '/ID [<0123> <4567>]' }),
  },
  {
    name: 'metadata',
    apply: (file) => {
      const old = asKind(file.view.catalog().entries.get('Metadata'), 'reference')?.number;
      const objects = { [old ?? file.free]: stream(XMP, '/Type /Metadata /Subtype /XML') };
      return file.append(
        old === undefined
          ? { ...objects, [file.catalog]: file.catalogWith('Metadata', `${file.free} 0 R`) }
          : objects,
      );
    },
  },
  {
    name: 'a newer version and a developer extension',
    apply: (file) => {
      const version = withEntry(file.text(file.catalog), 'Version', '/2.0');
      const extensions =
        '<< /ADBE << /BaseVersion /1.7 /ExtensionLevel 8 >> /ESIC << /BaseVersion /1.7 /ExtensionLevel 5 >> >>';
      return file.append({ [file.catalog]: withEntry(version, 'Extensions', extensions) });
    },
  },
  {
    name: 'a newer version, and the older one by the next tool',
    apply: (file) =>
      append(file.append({ [file.catalog]: file.catalogWith('Version', '/2.0') }), {
        objects: { [file.catalog]: file.catalogWith('Version', '/1.5') },
      }),
  },
  {
    name: 'a security store',
    apply: (file) => withStore(file, '<< /Type /DSS /Certs [{stream}] >>'),
  },
  {
    name: 'a security store with validation data by signature',
    apply: (file) =>
      withStore(
        file,
        `<< /Certs [{stream}] /VRI << /${'A'.repeat(40)} << /Cert [{stream}] /TU (D:2026) >> >> >>`.replaceAll(
          '{stream}',
          `${file.free + 1} 0 R`,
        ),
      ),
  },
  {
    name: 'an object that nothing uses',
    apply: (file) => file.append({ [file.free]: '<< /Creator (Alat) >>' }),
  },
  {
    name: 'a number freed that was never in use',
    apply: (file) => file.append({ [file.free + 3]: null }),
  },
  {
    name: 'an empty signature field that nobody sees',
    apply: (file) => {
      if (/\/P 1\b/.test(textOf(file.bytes))) return null;
      const form = asKind(file.view.catalog().entries.get('AcroForm'), 'reference')?.number;
      const number = form ?? file.catalog;
      const text = file.text(number).replace(/\/Fields \[([^\]]*)\]/, `/Fields [$1 ${file.free} 0 R]`);
      return file.append({
        [number]: text,
        [file.free]: '<< /FT /Sig /T (berikutnya) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 >>',
      });
    },
  },
  {
    name: 'a text filled in',
    apply: (file) =>
      filledIn(file, 11, 'jabatan', (free) => ({
        11: fields.position(`/V (Camat) /AP << /N ${free} 0 R >>`),
        [free]: look('Camat'),
      })),
  },
  {
    name: 'a box ticked',
    apply: (file) => filledIn(file, 12, 'setuju', () => ({ 12: fields.agreed('Ya') })),
  },
  {
    name: 'bytes behind the CMS, where nothing reads',
    apply: ({ bytes, range: [, , resume = 0], rangeAt }) => {
      const later = textOf(bytes.subarray(resume)).includes('/ByteRange');
      return later || rangeAt[0] === 0
        ? null
        : concat(bytes.subarray(0, resume - 3), 'FF', bytes.subarray(resume - 1));
    },
  },
];

function concatUpdates(file: AttackedFile): Uint8Array {
  const once = file.append({});
  const start = once.length;
  const root = `${file.catalog} 0 R`;
  const size = Number(/\/Size (\d+)/.exec(textOf(once.subarray(lastStartxref(once))))?.[1]);
  // A table may follow a stream.
  const section = `xref\n0 0\ntrailer\n<< /Size ${size} /Prev ${lastStartxref(once)} /Root ${root} >>\nstartxref\n${start}\n%%EOF\n`;
  return concat(once, section);
}
