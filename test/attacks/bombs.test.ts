// Small files that ask for a great deal are answered for a little: by name of the limit, and by counting what is unpacked.

import t from 'tap';
import { Tag } from '../../src/asn1/element.ts';
import {
  encodeElement,
  encodeExplicit,
  encodeInteger,
  encodeOid,
  encodeSequence,
} from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { MalformedCms } from '../../src/cms/errors.ts';
import { parseSignedData } from '../../src/cms/signed-data.ts';
import { PDF_LIMITS } from '../../src/pdf/limits.ts';
import { asKind, pdfDictionary } from '../../src/pdf/objects.ts';
import { pageAt } from '../../src/pdf/page-tree.ts';
import { readFormMarks, readPageMarks } from '../../src/pdf/text/page-marks.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import type { Inflater } from '../../src/platform/platform.ts';
import { buildCms, LETTER } from '../cms/build-cms.ts';
import { issue } from '../cms/identities.ts';
import { CATALOG, deflated, FileBuilder, malformed, open, PAGES } from '../pdf/reading-samples.ts';
import { BOMBS } from './bombs.ts';
import { verifyBytes } from './carrier.ts';

/** Undoes Flate and counts what came out; a refusal counts as all that was allowed. */
function countingInflater(): { readonly inflater: Inflater; readonly produced: () => number } {
  let produced = 0;
  const inflate: Inflater['inflate'] = (data, limit) => {
    produced += limit;
    const output = nodePlatform.inflater.inflate(data, limit);
    produced += output.length - limit;
    return output;
  };
  return { inflater: { inflate }, produced: () => produced };
}

for (const { name, bytes, answer } of BOMBS)
  t.test(name, async (t) => {
    const { inflater, produced } = countingInflater();
    const report = await verifyBytes(await bytes(), { platform: { ...nodePlatform, inflater } });
    const { problem } = report;
    const values = problem?.values;
    const told = problem === null ? report.verdict : `${problem.code} ${values?.limit ?? values?.reason}`;
    t.equal(told, answer);
    const most = PDF_LIMITS.decodedBytesPerDocument + PDF_LIMITS.decodedBytesPerStream;
    t.ok(produced() <= most, `${produced()} bytes unpacked`);
  });

/** A page that draws `content` with the form `/F`. */
function drawing(contents: string, content: string, form: string) {
  const file = new FileBuilder().object(1, CATALOG).object(2, PAGES);
  const resources = '/Resources << /XObject << /F 5 0 R >> >>';
  file.object(3, `<< /Type /Page /Parent 2 0 R ${resources} /Contents ${contents} >>`);
  file.stream(4, '/Filter /FlateDecode', deflated(content));
  file.stream(5, '/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Filter /FlateDecode', deflated(form));
  file.table('/Size 6 /Root 1 0 R');
  return open(file);
}

t.test('content that is drawn over and over', (t) => {
  const read = (contents: string, content: string, form: string) => {
    const document = drawing(contents, content, form);
    const page = pageAt(document.last, 1);
    if (page === null) throw new Error('no page');
    return malformed(() => readPageMarks(document.last, page, PDF_LIMITS));
  };
  const mebibyte = ' '.repeat(1024 * 1024);
  t.equal(read('4 0 R', '/F Do', mebibyte), 'nothing thrown');
  t.equal(read(`[${'4 0 R '.repeat(1_000)}]`, mebibyte, ''), 'limits-exceeded contentBytes', 'a stream');
  t.equal(read('4 0 R', '/F Do '.repeat(1_000), mebibyte), 'limits-exceeded contentBytes', 'a form');

  const { last } = drawing('4 0 R', '', mebibyte);
  const form = asKind(last.resolve({ kind: 'reference', number: 5, generation: 0 }), 'stream');
  if (form === undefined) throw new Error('no form');
  const often = (times: number) => () => {
    for (let i = 0; i < times; i += 1) readFormMarks(last, form, pdfDictionary({}), PDF_LIMITS);
  };
  t.equal(malformed(often(200)), 'nothing thrown', 'fields that share an appearance');
  t.equal(malformed(often(100)), 'limits-exceeded decodingPerDocument', 'more of them');
  t.end();
});

const sound = { signer: issue('p256'), content: LETTER };
const filled = (length: number, byte: number) => new Uint8Array(length).fill(byte);
/** Empty sequences, in one piece. */
const sequences = (count: number) => [filled(2 * count, 0).map((_, i) => (i % 2 === 0 ? 0x30 : 0))];

/** A SignedData whose encapsulated type is this element. */
function withType(type: Uint8Array): Uint8Array {
  const encapsulated = encodeSequence(type);
  const empty = encodeElement(Tag.set);
  const content = encodeSequence(encodeInteger(1), empty, encapsulated, empty);
  return encodeSequence(encodeOid(Oid.signedData), encodeExplicit(0, content));
}

const CMS_BOMBS: readonly (readonly [name: string, bytes: () => Uint8Array, code: string])[] = [
  [
    'nesting of indefinite lengths',
    () => filled(1_000_000, 0x30).map((_, i) => (i % 2 ? 0x80 : 0x30)),
    'limits-exceeded',
  ],
  ['nesting of definite lengths', () => withType(nested(200)), 'cms-malformed'],
  ['100 000 certificates', () => buildCms({ ...sound, certificates: sequences(100_000) }), 'limits-exceeded'],
  ['100 000 signers', () => buildCms({ ...sound, signerInfos: () => sequences(100_000) }), 'limits-exceeded'],
  [
    'a SET of 300 000 attributes',
    () => buildCms({ ...sound, unsignedAttributes: sequences(300_000) }),
    'limits-exceeded',
  ],
  [
    'an object identifier of a million octets',
    () => withType(encodeElement(Tag.oid, filled(1_000_000, 0x81), Uint8Array.of(1))),
    'cms-malformed',
  ],
  [
    'an object identifier of a million arcs',
    () => withType(encodeElement(Tag.oid, filled(1_000_000, 0x01))),
    'cms-malformed',
  ],
  ['more than 2 MiB', () => buildCms({ ...sound, eContent: filled(3_000_000, 0) }), 'limits-exceeded'],
  [
    'a length that the bytes do not have',
    () => Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff),
    'cms-malformed',
  ],
];

function nested(depth: number): Uint8Array {
  let element: Uint8Array = encodeSequence();
  for (let i = 0; i < depth; i += 1) element = encodeSequence(element);
  return element;
}

for (const [name, bytes, code] of CMS_BOMBS)
  t.test(`CMS: ${name}`, (t) => {
    try {
      parseSignedData(bytes());
      t.fail('it was read');
    } catch (error) {
      if (!(error instanceof MalformedCms)) throw error;
      t.equal(error.code, code);
    }
    t.end();
  });
