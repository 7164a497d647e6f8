// What an update looks like in an encrypted document: each string and each stream as its crypt filter says, and nothing else.

import t from 'tap';
import { latin1 } from '../../src/pdf/characters.ts';
import type { PdfDocument } from '../../src/pdf/document.ts';
import {
  asKind,
  type PdfObject,
  type PdfReference,
  pdfArray,
  pdfDictionary,
  pdfName,
  pdfReference,
  pdfStream,
  pdfString,
} from '../../src/pdf/objects.ts';
import { PdfUpdate } from '../../src/pdf/update.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { toolMissing } from '../tools.ts';
import {
  CONTENTS,
  clearDocument,
  ENCRYPTION_FORMS,
  type Handmade,
  handmadeEncrypted,
  openWith,
  throughQpdf,
} from './encrypted-samples.ts';
import { latin1Bytes, loadNumber, malformed } from './reading-samples.ts';

const [USER, OWNER] = ['pengguna', 'pemilik'];
const skip = toolMissing('qpdf');

const encrypted = (options: readonly string[], layout: string) =>
  throughQpdf(clearDocument(), [
    ...[`--object-streams=${layout}`, '--allow-weak-crypto', '--encrypt', USER, OWNER],
    ...[...options, '--'],
  ]);

/** The document with the update that `change` makes behind it. */
function updated(bytes: Uint8Array, change: (update: PdfUpdate) => void): Buffer {
  const update = new PdfUpdate(openWith(bytes, USER), nodePlatform.randomBytes);
  change(update);
  return Buffer.concat([bytes, update.write(new Uint8Array(16)).bytes]);
}

/** The number of the page, which qpdf chooses. */
function pageOf({ last }: PdfDocument) {
  const pages = asKind(last.get(last.catalog(), 'Pages'), 'dictionary');
  const kids = asKind(pages === undefined ? null : last.get(pages, 'Kids'), 'array');
  const page = asKind(kids?.items[0], 'reference');
  if (page === undefined) throw new Error('no page');
  return page;
}

/** All strings at any depth, decrypted. */
function stringsIn(object: PdfObject): readonly string[] {
  if (object === null || typeof object === 'boolean') return [];
  if (object.kind === 'string') return [latin1(object.bytes)];
  if (object.kind === 'array') return object.items.flatMap(stringsIn);
  return object.kind === 'dictionary' ? [...object.entries.values()].flatMap(stringsIn) : [];
}

const PAGE_STRINGS = ['', 'a(b)', '\x00\x01\xfe\xff', 'Penanda tangan', '0123456789abcdef'];

for (const [name, , options] of ENCRYPTION_FORMS) {
  t.test(`${name}: what stays in its object keeps its bytes`, { skip }, async (t) => {
    const bytes = await encrypted(options, 'disable');
    const before = openWith(bytes, USER);
    const page = pageOf(before);
    const after = updated(bytes, (update) => update.put(page, update.dictionary(page)));
    const [start, end] = before.last.extent(page.number) ?? [0, 0];
    const tokens = (text: string) => text.match(/<[0-9a-f]*>|\((?:\\.|[^\\)])*\)/gs);
    const [old, copy] = [latin1(bytes.subarray(start, end)), latin1(after.subarray(bytes.length))];
    t.same(tokens(copy.slice(0, copy.indexOf('endobj'))), tokens(old));
    t.same(stringsIn(loadNumber(openWith(after, OWNER), page.number)), PAGE_STRINGS);
  });

  t.test(`${name}: what leaves its object, or an object stream, is encrypted anew`, { skip }, async (t) => {
    for (const layout of ['disable', 'generate']) {
      const bytes = await encrypted(options, layout);
      const page = pageOf(openWith(bytes, USER));
      let moved = page;
      const after = updated(bytes, (update) => {
        moved = update.add(update.dictionary(page));
        if (layout === 'generate') update.put(page, update.dictionary(page));
      });
      const text = latin1(after.subarray(bytes.length));
      t.notMatch(text, /\(a\\\(b\\\)\)|Penanda|0123456789abcdef/, layout);
      for (const password of [USER, OWNER])
        for (const number of [moved.number, page.number])
          t.same(stringsIn(loadNumber(openWith(after, password), number)), PAGE_STRINGS);
      const decrypted = openWith(await throughQpdf(after, [`--password=${OWNER}`, '--decrypt']));
      t.same(stringsIn(decrypted.last.load(pageOf(decrypted))), PAGE_STRINGS, 'qpdf reads the same');
    }
  });

  t.test(
    `${name}: the value of a signature and the trailer stay clear, metadata as the file says`,
    { skip },
    async (t) => {
      const bytes = await encrypted(options, 'disable');
      const metadata = pdfStream(pdfDictionary({ Type: pdfName('Metadata') }), latin1Bytes('<x:xmpmeta/>'));
      const value = pdfDictionary({
        Type: pdfName('Sig'),
        Contents: pdfString(Buffer.from(CONTENTS, 'hex'), 'hexadecimal'),
        Reason: pdfString(latin1Bytes('Disetujui')),
        Cert: pdfArray([pdfString(latin1Bytes('Sertifikat'))]),
      });
      const references: PdfReference[] = [];
      const after = updated(bytes, (update) => {
        references.push(update.add(metadata), update.add(value));
      });
      const text = latin1(after.subarray(bytes.length));
      t.match(text, `/Contents <${CONTENTS}>`);
      t.notMatch(text, /Disetujui|Sertifikat/);
      t.equal(text.includes('<x:xmpmeta/>'), options.includes('--cleartext-metadata'));
      const { last } = openWith(after, USER);
      t.same(stringsIn(last.load(references[1] ?? NONE)).slice(1), ['Disetujui', 'Sertifikat']);
      const stream = asKind(last.load(references[0] ?? NONE), 'stream');
      t.equal(stream === undefined ? '' : latin1(last.decode(stream)), '<x:xmpmeta/>');
      const identifiers = openWith(after, USER).revisions.map(
        ({ trailer }) => trailer.entries.get('ID') ?? null,
      );
      t.equal(new Set(identifiers.map((id) => stringsIn(id)[0])).size, 1);
      t.match(text, /\/Encrypt \d+ 0 R/);
    },
  );
}

/** Where nothing is. */
const NONE = pdfReference(0);

const CF = '/CF << /A << /CFM /AESV2 /Length 16 >> /R << /CFM /V2 /Length 16 >> >> /Length 128';
const V4 = { keyLength: 16, version: 4, user: USER, owner: OWNER } as const;

/** What a new string and a new stream become under crypt filters. */
function additions(
  entries: string,
  methods: Handmade['methods'],
): { string: string; stream: string; update: string } {
  const bytes = handmadeEncrypted({ ...V4, entries: `${CF} ${entries}`, methods });
  const references: PdfReference[] = [];
  const after = updated(bytes, (update) => {
    references.push(
      update.add(pdfStream(pdfDictionary({}), latin1Bytes('isi aliran'))),
      update.add(pdfString(latin1Bytes('isi untai'))),
    );
  });
  const { last } = openWith(after, USER);
  const stream = asKind(last.load(references[0] ?? NONE), 'stream');
  return {
    update: latin1(after.subarray(bytes.length)),
    string: stringsIn(last.load(references[1] ?? NONE))[0] ?? '',
    stream: stream === undefined ? '' : latin1(last.decode(stream)),
  };
}

t.test('strings and streams follow each their own crypt filter', (t) => {
  const forms: readonly (readonly [string, Handmade['methods'], clear: readonly string[]])[] = [
    ['/StmF /A /StrF /A', { 4: 'aes-v2', 5: 'aes-v2', 6: 'aes-v2' }, []],
    ['/StmF /A /StrF /R', { 4: 'aes-v2', 5: 'aes-v2', 6: 'rc4' }, []],
    ['/StmF /Identity /StrF /A', { 6: 'aes-v2' }, ['isi aliran']],
    ['/StmF /R', { 4: 'rc4', 5: 'rc4' }, ['isi untai']],
    ['/EFF /A', {}, ['isi aliran', 'isi untai']],
  ];
  for (const [entries, methods, clear] of forms) {
    const { string, stream, update } = additions(entries, methods);
    t.same({ string, stream }, { string: 'isi untai', stream: 'isi aliran' }, entries);
    for (const text of [string, stream])
      t.equal(update.includes(text), clear.includes(text), `${entries}: ${text}`);
  }
  t.end();
});

t.test('an attachment cannot be added where nobody has opened the attachments', (t) => {
  const bytes = handmadeEncrypted({ ...V4, entries: `${CF} /EFF /A`, methods: {} });
  const update = new PdfUpdate(openWith(bytes), nodePlatform.randomBytes);
  update.add(pdfStream(pdfDictionary({ Type: pdfName('EmbeddedFile') }), latin1Bytes('lampiran')));
  t.equal(
    malformed(() => update.write(new Uint8Array(16))),
    'pdf-encrypted',
  );
  t.end();
});
