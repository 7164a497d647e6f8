// OpenSSL's OCSP test responses: real answers of real authorities, and the same with one thing made wrong.

import { readFileSync } from 'node:fs';
import t from 'tap';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { parseOcspResponse } from '../../src/pki/ocsp.ts';
import { findTrustedPath } from '../../src/pki/path.ts';
import { checkRevocation } from '../../src/pki/revocation.ts';
import { corpus, corpusMissing } from '../tools.ts';
import { digests, verified } from './authority.ts';

interface OcspCase {
  readonly section: string;
  readonly title: string;
  readonly response: string;
  readonly trust: string;
  readonly other_certs: string;
  readonly accept: boolean;
  readonly at: string;
}

const folder = `${corpus() ?? ''}pki/ocsp-openssl/`;
const text = (file: string): string => readFileSync(folder + file, 'latin1');
const decode = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

function certificatesIn(file: string): Certificate[] {
  const blocks = text(file).matchAll(/BEGIN CERTIFICATE-----([^-]*)-----END/g);
  return [...blocks].map(([, base64 = '']) => parseCertificate(decode(base64)));
}

function evaluate(testCase: OcspCase): string {
  const [anchor] = certificatesIn(testCase.trust);
  const pool = certificatesIn(testCase.other_certs);
  const [issuer] = pool;
  const response = parseOcspResponse(decode(text(testCase.response)));
  const single = response.basic?.responses[0];
  if (anchor === undefined || issuer === undefined || single === undefined) return 'unreadable';
  const now = Date.parse(testCase.at);
  if (testCase.trust !== testCase.other_certs) {
    const { status } = findTrustedPath(issuer, {
      pool,
      trustList: {
        anchors: [{ certificate: anchor, role: 'active', purposes: ['signature'], psreInduk: false }],
        intermediates: [],
      },
      purpose: 'signature',
      time: now,
      verified,
      digests,
    });
    if (status === 'failed') return 'issuer-untrusted';
  }
  // The suite has the answers without the certificates asked about: one that only has what binds an answer to it.
  const { serialNumber } = single.certId;
  const certificate = { ...issuer, issuer: issuer.subject, serialNumber, notAfter: now, extensions: [] };
  const { status, findings } = checkRevocation({
    certificate,
    issuer,
    crls: [],
    ocsps: [response],
    // All these answers are older than the time of their case, where no freshness is asked for: they speak for their own time.
    time: single.thisUpdate,
    now,
    pool,
    verified,
    digests,
  });
  return status === 'good' ? 'good' : findings.join();
}

// What is wrong in each section, and how it is noticed.
const FINDINGS: readonly (readonly [section: RegExp, finding: RegExp])[] = [
  [/^INVALID SIGNATURE on the OCSP RESPONSE/, /^(?:evidence-signature-invalid|responder-not-authorised)$/],
  [/^WRONG RESPONDERID/, /^responder-not-authorised$/],
  [/^WRONG ISSUERNAMEHASH|^WRONG ISSUERKEYHASH/, /^evidence-not-bound$/],
  [/DELEGATED OCSP SIGNING CERT/, /^responder-not-authorised$/],
  [/in the ISSUER CERTIFICATE/, /^evidence-not-bound$/],
  [/^UNTRUSTED ISSUER HINTS/, /^issuer-untrusted$/],
];

t.test(
  'every OCSP case comes out as OpenSSL says, for the reason of its section',
  { skip: corpusMissing() },
  async (t) => {
    const all: readonly OcspCase[] = JSON.parse(text('cases.json'));
    t.equal(all.length, 59);
    t.equal(all.filter(({ accept }) => accept).length, 13);
    for (const testCase of all) {
      const finding = FINDINGS.find(([section]) => section.test(testCase.section))?.[1];
      const expected = testCase.accept ? /^good$/ : (finding ?? /^never$/);
      t.match(evaluate(testCase), expected, `${testCase.section}: ${testCase.title}`);
    }
  },
);
