// What the offline verifier carries with it: whom it trusts and by which rules it judges, as the service had them on the day
// that the file was made.

import { parseCertificate } from '../pki/certificate.ts';
import type { TrustList } from '../pki/trust-list.ts';
import { decodeBase64, encodeBase64 } from '../verify/base64.ts';
import type { ValidationPolicy } from '../verify/policy.ts';

/** All that a file which asks nobody has to know beforehand. */
export interface Embedded {
  readonly trustList: TrustList;
  readonly policy: ValidationPolicy;
  readonly tool: { readonly version: string; readonly commit: string };
  readonly timeZone: string;
  readonly language: 'id' | 'en';
}

/** JSON that can stand in an HTML file as it is. */
export function encodeEmbedded({ trustList, ...plain }: Embedded): string {
  const { version, sha256, asOf, anchors, intermediates } = trustList;
  const list = {
    version,
    sha256,
    asOf,
    anchors: anchors.map((anchor) => ({ ...anchor, certificate: encodeBase64(anchor.certificate.der) })),
    intermediates: intermediates.map(({ der }) => encodeBase64(der)),
  };
  return JSON.stringify({ ...plain, trustList: list }).replaceAll('<', '\\u003c');
}

type Encoded = Omit<Embedded, 'trustList'> & {
  readonly trustList: Pick<TrustList, 'version' | 'sha256' | 'asOf'> & {
    readonly anchors: readonly (Omit<TrustList['anchors'][number], 'certificate'> & {
      readonly certificate: string;
    })[];
    readonly intermediates: readonly string[];
  };
};

/** Reads what `encodeEmbedded` wrote into the same file. @throws MalformedCertificate when somebody changed it */
export function readEmbedded(text: string): Embedded {
  const { trustList, ...plain } = JSON.parse(text) as Encoded;
  const { anchors, intermediates, ...named } = trustList;
  return {
    ...plain,
    trustList: {
      ...named,
      anchors: anchors.map(({ certificate, ...terms }) => ({
        ...terms,
        certificate: parseCertificate(bytesOf(certificate)),
      })),
      intermediates: intermediates.map((der) => parseCertificate(bytesOf(der))),
    },
  };
}

function bytesOf(base64: string): Uint8Array {
  return decodeBase64(base64) ?? new Uint8Array();
}
