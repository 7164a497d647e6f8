// What mutators work on: signed files of every build, each accepted before anything is done to it.

import { PDFDocument, StandardFonts } from 'pdf-lib';
import type { Instant } from '../../src/asn1/values.ts';
import { throughQpdf } from '../pdf/encrypted-samples.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { archivalLetter } from '../sign/archival-letters.ts';
import { now } from '../sign/development-signer.ts';
import { raiseTo, signAt } from '../sign/long-term.ts';
import { toolMissing } from '../tools.ts';
import { append } from './append.ts';
import { letter, sign } from './carrier.ts';
import { FORM, fields, formLetter, look } from './form-letter.ts';

export interface Carrier {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** When it is looked at. */
  readonly at: Instant;
}

const DAY = 86_400_000;
const YEAR = 365 * DAY;

/** The tree of a tagged letter: the document's element with one paragraph. */
export const TAGGED = {
  1: '<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot 30 0 R /Lang (id) >>',
  3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /StructParents 0 /Tabs /S >>',
  4: '<< /Length 69 >>\nstream\n/P << /MCID 0 >> BDC BT /F1 12 Tf 72 770 Td (Surat Edaran) Tj ET EMC  \nendstream',
  30: '<< /Type /StructTreeRoot /K [31 0 R] /ParentTree 33 0 R /ParentTreeNextKey 1 >>',
  31: '<< /Type /StructElem /S /Document /P 30 0 R /K [32 0 R] >>',
  32: '<< /Type /StructElem /S /P /P 31 0 R /Pg 3 0 R /K [0] >>',
  33: '<< /Nums [0 34 0 R] >>',
  34: '[32 0 R]',
};

/** Three pages under two nodes, what they inherit standing above them. */
const NESTED_PAGES = {
  2: '<< /Type /Pages /Kids [40 0 R 43 0 R] /Count 3 /MediaBox [0 0 595 842] >>',
  3: '<< /Type /Page /Parent 40 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
  40: '<< /Type /Pages /Parent 2 0 R /Kids [3 0 R 41 0 R] /Count 2 >>',
  41: '<< /Type /Page /Parent 40 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
  43: '<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
};

const DESCRIBED = {
  1: '<< /Type /Catalog /Pages 2 0 R /Metadata 50 0 R /Outlines 51 0 R /PageMode /UseOutlines >>',
  50: '<< /Type /Metadata /Subtype /XML /Length 74 >>\nstream\n<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="r"/></x:xmpmeta>  \nendstream',
  51: '<< /Type /Outlines /First 52 0 R /Last 52 0 R /Count 1 >>',
  52: '<< /Title (Pertama) /Parent 51 0 R /Dest [3 0 R /Fit] >>',
  53: '<< /Title (Surat) /ModDate (D:20260101000000Z) >>',
};

/** An empty signature field that locks fields once it is signed. */
function lockingForm(lock: string): Record<number, string> {
  return formLetter({
    6: '<< /Fields [10 0 R 11 0 R 12 0 R 13 0 R 16 0 R 30 0 R] /DR << /Font << /Helv 5 0 R >> >> /DA (/Helv 10 Tf 0 g) >>',
    30: `<< /FT /Sig /T (ttd) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P 3 0 R /Lock << /Type /SigFieldLock ${lock} >> >>`,
  });
}

const table = (objects: Record<number, string>, trailer = ''): Uint8Array =>
  handmadePdf({ objects, trailer });
const visible = (x: number) =>
  ({
    placement: { page: 1, rect: { x, y: 60, width: 150, height: 60 }, origin: 'bottom-left' },
    appearance: { parts: ['name'] },
  }) as const;

async function another(bytes: Uint8Array, options: Parameters<typeof sign>[1] = {}): Promise<Uint8Array> {
  return sign(bytes, { signer: 'pejabatEc', now: now + 60_000, ...options });
}

const certified = (certification: 'no-changes' | 'form-filling' | 'annotations', objects = onePage()) =>
  sign(table(objects), { request: { certification } });

async function libraryLetter(useObjectStreams: boolean): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false });
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (const text of ['Surat Tugas', 'Lampiran'])
    document.addPage([595, 842]).drawText(text, { x: 72, y: 770, font });
  return document.save({ useObjectStreams });
}

/** Filled in by somebody else after it was signed: accepted, with a note. */
async function filledIn(): Promise<Uint8Array> {
  const objects = { [FORM.name]: fields.name('/V (Siti) /AP << /N 90 0 R >>'), 90: look('Siti') };
  return append(await sign(table(formLetter())), { objects });
}

const MAKERS: Readonly<Record<string, () => Promise<Uint8Array> | Promise<Carrier>>> = {
  'a cross-reference table': () => sign(letter('table')),
  'a cross-reference stream': () => sign(handmadePdf({ objects: onePage(), form: 'stream' })),
  'object streams': () => sign(letter('stream')),
  'a hybrid file': () => sign(letter('hybrid')),
  'a linearized file': async () => sign(await throughQpdf(letter('table'), ['--linearize'])),
  'a linearized file with object streams': async () =>
    sign(await throughQpdf(letter('table'), ['--linearize', '--object-streams=generate'])),
  'a file of another library': async () => sign(await libraryLetter(false)),
  'a file of another library with object streams': async () => sign(await libraryLetter(true)),
  'an updated file': () =>
    sign(append(letter('table'), { objects: { 5: '<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>' } })),
  'pages under several nodes': () => sign(table(onePage(NESTED_PAGES))),
  'outlines and metadata': () => sign(table(onePage(DESCRIBED), '/Info 53 0 R')),
  'a tagged letter': () => sign(table(onePage(TAGGED))),
  'a letter for the archive': async () => sign(await archivalLetter('2B', 0)),
  'two signers': async () => another(await sign(letter('table'))),
  'two signers and object streams': async () => another(await sign(letter('stream'))),
  'three signers': async () => another(await another(await sign(letter('table'))), { now: now + 120_000 }),
  'a visible signature': () => sign(letter('table'), { request: visible(60) }),
  'two visible signatures': async () =>
    another(await sign(letter('table'), { request: visible(60) }), { request: visible(300) }),
  'a visible signature on a turned page': async () =>
    sign(await archivalLetter('2B', 90), { request: visible(60) }),
  'a certification that permits nothing': () => certified('no-changes'),
  'a certification that permits filling in': () => certified('form-filling', formLetter()),
  'a certification that permits annotations': () => certified('annotations'),
  'a certification and an approval': async () => another(await certified('form-filling')),
  'a form': () => sign(table(formLetter())),
  'a form filled in afterwards': filledIn,
  'a form with everything locked': () =>
    sign(table(lockingForm('/Action /All')), { request: { fieldName: 'ttd' } }),
  'a form with one field locked': () =>
    sign(table(lockingForm('/Action /Include /Fields [(nama)]')), { request: { fieldName: 'ttd' } }),
  'long-term data': async () => (await signAt('B-LT', letter('table'))).bytes,
  'an archive time-stamp': async () => (await signAt('B-LTA', letter('table'))).bytes,
  'an archive time-stamp and object streams': async () => (await signAt('B-LTA', letter('stream'))).bytes,
  'a renewed archive time-stamp': async () => {
    const { bytes } = await signAt('B-LTA', letter('table'));
    const at = now + YEAR;
    return { name: '', at, bytes: (await raiseTo('B-LTA', bytes, { at })).bytes };
  },
};

/** All carriers; those that need qpdf only where it is. @throws Error in CI, where nothing may be missing */
export async function carriers(only?: readonly string[]): Promise<readonly Carrier[]> {
  const withoutQpdf = toolMissing('qpdf') !== false;
  const made: Carrier[] = [];
  for (const [name, make] of Object.entries(MAKERS)) {
    if (only !== undefined && !only.includes(name)) continue;
    if (withoutQpdf && name.includes('linearized')) continue;
    const result = await make();
    made.push('bytes' in result ? { ...result, name } : { name, bytes: result, at: now + 10 * 60_000 });
  }
  return made;
}
