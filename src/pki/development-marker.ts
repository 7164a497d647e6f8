// How a certificate says of itself that it was made for development: each installation makes its own, so no list can know them.

import { encodeUtf8String } from '../asn1/encode.ts';
import type { Digests } from '../platform/platform.ts';
import type { Certificate, Extension } from './certificate.ts';
import { type TrustList, trustListOf } from './trust-list.ts';

/** An arc under 2.25, from the UUID 3067d9b9-9797-4bcc-b590-813c74ce2c57 (X.667). */
export const DEVELOPMENT_MARKER = '2.25.64342166361114248931995851031657196631';

const MARKER_TEXT = 'Sertifikat pengembangan, tidak sah / development certificate, not valid';

/** The extension that the development PKI puts into each of its certificates. */
export function encodeDevelopmentMarker(): Extension {
  return { oid: DEVELOPMENT_MARKER, critical: false, value: encodeUtf8String(MARKER_TEXT) };
}

/** Whether a certificate carries the marker. Nobody gains by adding it, hence its text is not compared. */
export function isDevelopmentCertificate(certificate: Certificate): boolean {
  return certificate.extensions.some(({ oid }) => oid === DEVELOPMENT_MARKER);
}

/** The same list with the role `test` for each anchor that carries the marker, as production needs whatever is configured. */
export function demoteDevelopmentAnchors(list: TrustList, digests: Digests): TrustList {
  const anchors = list.anchors.map((anchor) =>
    isDevelopmentCertificate(anchor.certificate) ? { ...anchor, role: 'test' as const } : anchor,
  );
  return trustListOf({ ...list, anchors, digests });
}
