// Files beyond two and four gigabytes, up to what ten digits can say: offsets are numbers like any others.

import t from 'tap';
import { readFields } from '../../src/pdf/form-fields.ts';
import { asKind } from '../../src/pdf/objects.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { embedSignature, prepareSignature } from '../../src/pdf/prepare-signature.ts';
import { requireSigningPlace } from '../../src/pdf/signing-place.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { type SparseDocument, sparseMap, sparseSource } from './sparse-document.ts';

const GIGABYTE = 1_000_000_000;
const cms = Uint8Array.from({ length: 60 }, (_, i) => 0x30 + i);

function prepare(map: SparseDocument) {
  const document = openDocument(sparseSource(map), { ...nodePlatform, damaged: 'refuse' });
  const place = requireSigningPlace(
    document,
    { fieldName: null, placement: null, newFieldName: 'sig_1' },
    { filter: 'Adobe.PPKLite', subFilter: 'ETSI.CAdES.detached', digestMethod: 'SHA256', reason: null },
  );
  return prepareSignature(document, {
    place,
    appearance: null,
    reserved: 64,
    subFilter: 'ETSI.CAdES.detached',
    entries: { name: null, reason: null, location: null, contactInfo: null, signingTime: null },
    description: 'Tanda tangan',
    fileIdentifier: new Uint8Array(16),
    randomBytes: nodePlatform.randomBytes,
  });
}

for (const form of ['table', 'stream'] as const) {
  for (const size of [2.2, 4.4, 9.9]) {
    t.test(`${size} GB with a ${form}: the update says where everything is`, async (t) => {
      const map = sparseMap(size * GIGABYTE, form);
      const prepared = prepare(map);
      const signed = sparseSource(map, embedSignature(prepared, cms));
      const document = openDocument(signed, { ...nodePlatform, damaged: 'refuse' });
      t.equal(document.reading, 'strict');
      t.equal(document.revisions.at(-1)?.form, form);
      t.equal(document.revisions.length, 2);
      const [field] = readFields(document.last);
      const value = asKind(document.last.resolve(field?.value), 'dictionary');
      const range = asKind(value?.entries.get('ByteRange'), 'array')?.items ?? [];
      const [start, cut = 0, resume = 0, rest = 0] = range.map((item) => asKind(item, 'number')?.value ?? -1);
      t.equal(start, 0);
      t.equal(resume + rest, signed.size, 'it covers the file to its end');
      const gap = Buffer.from(signed.read(cut, resume - cut)).toString('latin1');
      t.equal(gap, `<${Buffer.from(cms).toString('hex').toUpperCase().padEnd(128, '0')}>`);
      const at = document.last.entry(field?.reference?.number ?? 0);
      t.ok(at?.kind === 'offset' && at.offset > map.size, 'the field stands behind the map');
    });
  }

  t.test(`what ten digits cannot say is refused with a ${form}`, async (t) => {
    // Everything in the document itself can still be said so; what would be appended cannot.
    const overhead = sparseMap(9 * GIGABYTE, form).size - 9 * GIGABYTE;
    const map = sparseMap(10 * GIGABYTE - overhead - 50, form);
    t.ok(map.size < 10 * GIGABYTE && map.size > 10 * GIGABYTE - 60);
    t.equal(openDocument(sparseSource(map), { ...nodePlatform, damaged: 'refuse' }).reading, 'strict');
    t.throws(() => prepare(map), { code: 'limits-exceeded', values: { limit: 'offset' } });
  });
}
