// The list of a page's annotations in every form that files have it: the signature joins it, and what was there stays there.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { concatBytes } from '../../src/asn1/values.ts';
import {
  asKind,
  type PdfDictionary,
  type PdfObject,
  pdfArray,
  pdfNumber,
  withEntries,
} from '../../src/pdf/objects.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { pages } from '../../src/pdf/page-tree.ts';
import { PdfUpdate } from '../../src/pdf/update.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { type SignAndVerifyContext, signAndVerify } from '../../src/sign-and-verify.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { verifyDocument } from '../../src/verify/verify-document.ts';
import { judgeByPdfsig } from '../interop/oracles.ts';
import { type Handmade, handmadePdf, onePage } from '../pdf/handmade.ts';
import { toolMissing } from '../tools.ts';
import { pki, plainRequest, signingContext } from './development-signer.ts';

const LINK = '<< /Type /Annot /Subtype /Link /Rect [50 600 90 640] /Border [0 0 0] >>';

function withAnnotations(
  annots: string,
  more: Readonly<Record<number, string>> = {},
): Record<number, string> {
  const page = onePage()[3]?.replace('/Unknown', `${annots} /Unknown`) ?? '';
  return onePage({ 3: page, ...more });
}

/** How many annotations the page has before, and the file. */
const FORMS: Readonly<Record<string, readonly [before: number, file: Handmade]>> = {
  'a direct array': [1, { objects: withAnnotations('/Annots [6 0 R]', { 6: LINK }) }],
  'a direct array of direct annotations': [1, { objects: withAnnotations(`/Annots [${LINK}]`) }],
  'an empty array': [0, { objects: withAnnotations('/Annots []') }],
  'an indirect array': [1, { objects: withAnnotations('/Annots 7 0 R', { 6: LINK, 7: '[6 0 R]' }) }],
  none: [0, { objects: onePage() }],
  null: [0, { objects: withAnnotations('/Annots null') }],
  'a reference to null': [0, { objects: withAnnotations('/Annots 7 0 R', { 7: 'null' }) }],
  'a reference to nothing': [0, { objects: withAnnotations('/Annots 70 0 R') }],
  'an array in an object stream': [
    1,
    {
      objects: withAnnotations('/Annots 7 0 R', { 6: LINK, 7: '[6 0 R]' }),
      form: 'stream',
      compressed: [6, 7],
    },
  ],
  'a page in an object stream': [
    1,
    { objects: withAnnotations('/Annots [6 0 R]', { 6: LINK }), form: 'stream', compressed: [3, 6] },
  ],
  'an indirect array of a hybrid file': [
    1,
    { objects: withAnnotations('/Annots 7 0 R', { 6: LINK, 7: '[6 0 R]' }), form: 'hybrid' },
  ],
};

const context: SignAndVerifyContext = {
  ...(await signingContext()),
  verification: { trustList: pki.trustList(nodePlatform.digests), policy: DEFAULT_POLICY },
  earlierBroken: 'refuse',
  developmentKeys: 'allow',
};

const rect = { x: 320, y: 70, width: 180, height: 60 };
const PLACES = {
  invisible: { placement: null, appearance: null },
  visible: { placement: { page: 1, rect, origin: 'bottom-left' }, appearance: {} },
} as const;

/** The subtypes of the page's annotations, in their order, and its keys. */
function annotationsOf(bytes: Uint8Array): { subtypes: (string | undefined)[]; page: PdfDictionary } {
  const { last, limits } = openDocument(bytesSource(bytes), { ...nodePlatform, damaged: 'refuse' });
  const [page] = pages(last, limits);
  if (page === undefined) throw new Error('no page');
  const subtype = (item: PdfObject) => {
    const dictionary = asKind(last.resolve(item), 'dictionary');
    return dictionary === undefined ? undefined : asKind(last.get(dictionary, 'Subtype'), 'name')?.name;
  };
  const items = asKind(last.get(page.dictionary, 'Annots'), 'array')?.items ?? [];
  return { subtypes: items.map(subtype), page: page.dictionary };
}

async function signTwice(
  t: Test,
  letter: Uint8Array,
  before: number,
  seen: keyof typeof PLACES,
): Promise<void> {
  const request = { ...plainRequest, ...PLACES[seen] };
  const { document } = await signAndVerify(bytesSource(letter), request, context);
  const once = document.read(0, document.size);
  const links = Array.from({ length: before }, () => 'Link');
  t.strictSame(annotationsOf(once).subtypes, [...links, 'Widget'], 'after what was there');
  t.ok(annotationsOf(once).page.entries.has('Unknown Key'), 'the rest of the page stays');
  const next = { ...context, now: context.now + 1000 };
  const { document: second, report } = await signAndVerify(bytesSource(once), plainRequest, next);
  const twice = second.read(0, second.size);
  t.strictSame(annotationsOf(twice).subtypes, [...links, 'Widget', 'Widget']);
  t.ok(report.signatures.every(({ integrity }) => integrity.status === 'INTACT'));
  if (toolMissing('pdfsig') !== false) return;
  const path = join(t.testdirName, `${seen}.pdf`);
  writeFileSync(path, twice);
  const verdicts = await judgeByPdfsig(path);
  t.strictSame(
    verdicts.map(({ validation }) => validation),
    ['Signature is Valid.', 'Signature is Valid.'],
  );
}

for (const [form, [before, file]] of Object.entries(FORMS))
  t.test(`/Annots: ${form}`, async (t) => {
    t.testdir();
    for (const seen of ['invisible', 'visible'] as const) await signTwice(t, handmadePdf(file), before, seen);
  });

/** The signed letter with a page whose list of annotations somebody wrote anew, whole annotations in it. */
function rewritten(
  signed: Uint8Array,
  list: (items: readonly PdfObject[]) => readonly PdfObject[],
): Uint8Array {
  const document = openDocument(bytesSource(signed), { ...nodePlatform, damaged: 'refuse' });
  const [page] = pages(document.last, document.limits);
  if (page === undefined) throw new Error('no page');
  const items = asKind(page.dictionary.entries.get('Annots'), 'array')?.items ?? [];
  const update = new PdfUpdate(document, nodePlatform.randomBytes);
  update.put(page.reference, withEntries(page.dictionary, { Annots: pdfArray(list(items)) }));
  return concatBytes([signed, update.write(new Uint8Array(16)).bytes]);
}

t.test(
  'a whole annotation in the list is moved, added, put elsewhere or taken away by nobody unnoticed',
  async (t) => {
    const two = `/Annots [${LINK} ${LINK.replace('600', '500')}]`;
    const letter = handmadePdf({ objects: withAnnotations(two) });
    const { document } = await signAndVerify(bytesSource(letter), plainRequest, context);
    const signed = document.read(0, document.size);
    const moved = (item: PdfObject): PdfObject => {
      const link = asKind(item, 'dictionary');
      if (link === undefined) throw new Error('a whole annotation');
      return withEntries(link, { Rect: pdfArray([0, 0, 595, 842].map(pdfNumber)) });
    };
    const attacks: Readonly<Record<string, (items: readonly PdfObject[]) => readonly PdfObject[]>> = {
      moved: ([first = null, ...rest]) => [moved(first), ...rest],
      added: (items) => [...items, moved(items[0] ?? null)],
      'put elsewhere': ([first = null, second = null, ...rest]) => [second, first, ...rest],
      'taken away': ([, ...rest]) => rest,
    };
    const verdictOn = async (bytes: Uint8Array) => {
      const { platform, signal, now } = context;
      const { verification } = context;
      const judged = { ...verification, platform, signal, now, revocation: null };
      return (await verifyDocument(bytesSource(bytes), judged)).signatures[0]?.integrity.status;
    };
    t.equal(await verdictOn(rewritten(signed, (items) => items)), 'INTACT', 'written again as it was');
    for (const [what, attack] of Object.entries(attacks))
      t.equal(await verdictOn(rewritten(signed, attack)), 'ADDED', what);
  },
);
