import t from 'tap';
import { hex } from '../../src/asn1/values.ts';
import {
  DEVELOPMENT_MARKER,
  demoteDevelopmentAnchors,
  encodeDevelopmentMarker,
  isDevelopmentCertificate,
} from '../../src/pki/development-marker.ts';
import {
  requirePinned,
  type TrustAnchor,
  type TrustList,
  TrustListRefused,
  trustListOf,
} from '../../src/pki/trust-list.ts';
import { anchorOf, caExtensions, digests, issue, noon } from './authority.ts';

const root = issue({ subject: 'Root', extensions: caExtensions });
const other = issue({ subject: 'Other root', extensions: caExtensions });
const anchor = anchorOf(root);

const listOf = (...anchors: readonly TrustAnchor[]): TrustList =>
  trustListOf({ anchors, intermediates: [], asOf: noon, digests });

t.test('the digest of a list tells any difference in anchors, order, roles and purposes', async (t) => {
  const lists = [
    listOf(anchor),
    listOf({ ...anchor, role: 'historical' }),
    listOf({ ...anchor, purposes: ['signature', 'timestamp'] }),
    listOf({ ...anchor, psreInduk: true }),
    listOf(anchor, anchorOf(other)),
    listOf(anchorOf(other), anchor),
  ];
  t.equal(new Set(lists.map(({ sha256 }) => sha256)).size, lists.length);
  t.equal(listOf(anchor).sha256, listOf(anchor).sha256);
  t.equal(
    listOf({ ...anchor, purposes: ['timestamp', 'seal'] }).sha256,
    listOf({ ...anchor, purposes: ['seal', 'timestamp'] }).sha256,
  );
});

t.test("a list has the operator's version, otherwise the beginning of its digest", async (t) => {
  const list = listOf(anchor);
  t.equal(list.version, list.sha256.slice(0, 12));
  t.equal(
    trustListOf({ anchors: [anchor], intermediates: [], asOf: noon, version: '2026-06', digests }).version,
    '2026-06',
  );
});

t.test('one certificate with two roles is refused', async (t) => {
  t.throws(() => listOf(anchor, { ...anchor, role: 'test' }), { code: 'anchor-repeated' });
});

t.test('an anchor that is trusted for nothing is refused', async (t) => {
  t.throws(() => listOf({ ...anchor, purposes: [] }), { code: 'anchor-without-purpose' });
});

t.test('a file is held against its pin, written in any usual way', async (t) => {
  const { der } = root.certificate;
  const pin = hex(digests.of('sha256', der));
  requirePinned(der, pin, 'root.crt', digests);
  requirePinned(der, pin.toUpperCase().replace(/..(?!$)/g, '$&:'), 'root.crt', digests);
  t.throws(() => requirePinned(other.certificate.der, pin, 'root.crt', digests), {
    code: 'pin-mismatch',
    entry: 'root.crt',
  });
  t.throws(() => requirePinned(der, pin.slice(1), 'root.crt', digests), { code: 'pin-malformed' });
  t.throws(() => requirePinned(der, '', 'root.crt', digests), TrustListRefused);
});

t.test('anchors that carry the development marker become test anchors, the others stay', async (t) => {
  const marked = issue({ subject: 'Pengembangan', extensions: [...caExtensions, encodeDevelopmentMarker()] });
  t.ok(isDevelopmentCertificate(marked.certificate));
  t.notOk(isDevelopmentCertificate(root.certificate));
  const list = listOf(anchor, { ...anchorOf(marked), psreInduk: true });
  const demoted = demoteDevelopmentAnchors(list, digests);
  t.same(
    demoted.anchors.map(({ role }) => role),
    ['active', 'test'],
  );
  t.equal(demoted.version, list.version);
  t.not(demoted.sha256, list.sha256, 'the digest tells the roles that are used');
});

t.test('the marker is an OID under a UUID and not critical', async (t) => {
  t.match(DEVELOPMENT_MARKER, /^2\.25\.\d+$/);
  t.equal(encodeDevelopmentMarker().critical, false);
  t.match(
    new TextDecoder().decode(encodeDevelopmentMarker().value.subarray(2)),
    'Sertifikat pengembangan, tidak sah / development certificate, not valid',
  );
});
