// Situations that letters are in, one for every verdict and sub-indication of EN 319 102-1 that can arise.

import { encodeGeneralizedTime } from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { ALGORITHM_POLICY } from '../../src/pki/algorithm-policy.ts';
import { DEFAULT_POLICY, ETSI_POLICY, type ValidationPolicy } from '../../src/verify/policy.ts';
import type { SignatureVerdict, SubIndication, VerificationReport } from '../../src/verify/report.ts';
import {
  caExtensions,
  extendedKeyUsage,
  extension,
  issue,
  keyUsage,
  reasonCode,
  signerExtensions,
} from '../pki/authority.ts';
import {
  allGood,
  authority,
  crl,
  day,
  type Judging,
  judge,
  noon,
  type OwnSignature,
  ocsp,
  root,
  signedLetter,
  signer,
} from './own-pki.ts';

const YEAR = 365 * day;
const LATER = noon + 3 * YEAR;
const { serialNumber } = signer.certificate;
const revokedSigner = crl({ issuer: authority, entries: [{ serial: serialNumber, at: noon - 10 * day }] });
const rootList = crl({ issuer: root });
const authorityRevoked = (reason: number) =>
  crl({
    issuer: root,
    thisUpdate: LATER,
    nextUpdate: LATER + day,
    entries: [
      {
        serial: authority.certificate.serialNumber,
        at: noon + 10 * day,
        extensions: [reasonCode(reason)],
      },
    ],
  });

function tableWith(changes: Partial<typeof ALGORITHM_POLICY>): ValidationPolicy {
  return { ...DEFAULT_POLICY, algorithms: { ...ALGORITHM_POLICY, issued: noon, ...changes } };
}

/** The object identifier of the signing-certificate-v2 attribute, DER. */
const SIGNING_CERTIFICATE = Buffer.from('060b2a864886f70d010910022f', 'hex');

export interface Situation {
  readonly situation: string;
  readonly letter?: OwnSignature;
  readonly change?: (bytes: Uint8Array) => Uint8Array;
  readonly judging?: Judging;
  readonly verdict: SignatureVerdict;
  readonly sub: SubIndication | null;
}

function flip(text: string): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    const at = Buffer.from(bytes).indexOf(text);
    if (at < 0) throw new Error(`${text} is not there`);
    const changed = Uint8Array.from(bytes);
    changed[at + 1] = (changed[at + 1] ?? 0) ^ 1;
    return changed;
  };
}

/** Says that more is covered than the file has. */
function coverTooMuch(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const range = /\/ByteRange \[(\d+ \d+ \d+) (\d+)/.exec(text);
  if (range === null) throw new Error('no range');
  return Buffer.from(
    text.replace(range[0], `/ByteRange [${range[1]} ${'9'.repeat(range[2]?.length ?? 0)}`),
    'latin1',
  );
}

const notAuthority = issue({ subject: 'Bukan Penerbit', issuer: root, extensions: signerExtensions });
const belowIt = issue({ subject: 'Bawahan', issuer: notAuthority, extensions: signerExtensions });
const wrongPurpose = issue({
  subject: 'Tujuan Lain',
  issuer: authority,
  extensions: [keyUsage('digitalSignature'), extendedKeyUsage(true, Oid.ekuOcspSigning)],
});
const shortRoot = issue({ subject: 'Akar Pendek', extensions: caExtensions, notAfter: noon - day });
const shortAuthority = issue({ subject: 'Penerbit Pendek', issuer: shortRoot, extensions: caExtensions });
const below = issue({ subject: 'Pejabat Pendek', issuer: shortAuthority, extensions: signerExtensions });
const young = issue({
  subject: 'Belum Mulai',
  issuer: authority,
  extensions: signerExtensions,
  notBefore: noon - day,
});
const formerResponder = issue({
  subject: 'Penjawab Lama',
  issuer: authority,
  extensions: [keyUsage('digitalSignature'), extendedKeyUsage(false, Oid.ekuOcspSigning)],
  notAfter: noon - 30 * day,
});
/** A list that still knows certificates which have ended. */
const keepsEnded = extension(Oid.expiredCertsOnCrl, encodeGeneralizedTime(noon - 2 * YEAR));
const listsLater = (issuer: typeof root) =>
  crl({ issuer, thisUpdate: LATER, nextUpdate: LATER + day, extensions: [keepsEnded] });

export const SITUATIONS: readonly Situation[] = [
  { situation: 'all is well', letter: { stamped: noon }, verdict: 'VALID', sub: null },
  {
    situation: 'the value is no CMS',
    letter: { value: () => Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x05) },
    verdict: 'INVALID',
    sub: 'FORMAT_FAILURE',
  },
  {
    situation: 'a covered byte was changed',
    change: flip('/MediaBox'),
    verdict: 'MODIFIED',
    sub: 'HASH_FAILURE',
  },
  {
    situation: 'the signature value is another one',
    letter: { parts: { signedBytes: Uint8Array.of(1, 2, 3) } },
    verdict: 'INVALID',
    sub: 'SIG_CRYPTO_FAILURE',
  },
  {
    situation: 'the signing certificate is not named by a signed attribute',
    letter: {
      parts: {
        changeAttributes: (all) => all.filter((der) => !Buffer.from(der).includes(SIGNING_CERTIFICATE)),
      },
    },
    verdict: 'INVALID',
    sub: 'SIG_CONSTRAINTS_FAILURE',
  },
  {
    situation: 'part of what is covered is missing',
    change: coverTooMuch,
    verdict: 'INVALID',
    sub: 'SIGNED_DATA_NOT_FOUND',
  },
  {
    situation: 'nobody brings the signing certificate',
    letter: { parts: { certificates: [] } },
    verdict: 'UNKNOWN_ISSUER',
    sub: 'NO_SIGNING_CERTIFICATE_FOUND',
  },
  {
    situation: 'no anchor is known',
    judging: { anchor: null },
    verdict: 'UNKNOWN_ISSUER',
    sub: 'NO_CERTIFICATE_CHAIN_FOUND',
  },
  {
    situation: 'the only anchor has ended, and nothing proves that the letter is older',
    letter: { by: below, chain: [shortAuthority] },
    judging: { anchor: shortRoot, role: 'historical', policy: { ...DEFAULT_POLICY, revocation: 'off' } },
    verdict: 'UNKNOWN_ISSUER',
    sub: 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE',
  },
  {
    situation: 'somebody issued who is no authority',
    letter: { by: belowIt, chain: [notAuthority] },
    verdict: 'UNKNOWN_ISSUER',
    sub: 'CERTIFICATE_CHAIN_GENERAL_FAILURE',
  },
  {
    situation: 'the certificate is for another purpose',
    letter: { by: wrongPurpose, stamped: noon },
    verdict: 'UNKNOWN_ISSUER',
    sub: 'CHAIN_CONSTRAINTS_FAILURE',
  },
  {
    situation: 'revoked, the claim is younger, and no time is proven',
    judging: { evidence: [rootList, revokedSigner] },
    verdict: 'REVOKED',
    sub: 'REVOKED_NO_POE',
  },
  {
    situation: 'revoked, and the signed content is proven to be younger',
    letter: { contentStamped: noon - 5 * day },
    judging: { evidence: [rootList, revokedSigner] },
    verdict: 'REVOKED',
    sub: 'REVOKED',
  },
  {
    situation: 'revoked after the proven time',
    letter: { stamped: noon - 20 * day },
    judging: { evidence: [rootList, revokedSigner] },
    verdict: 'REVOKED_LATER',
    sub: null,
  },
  {
    situation: 'the authority lost its key, and what is known about the signer is not proven to be older',
    letter: { stamped: noon },
    judging: { now: LATER, evidence: [...allGood(noon), authorityRevoked(1)] },
    verdict: 'TIME_UNPROVABLE',
    sub: 'REVOKED_CA_NO_POE',
  },
  {
    situation: 'the authority ended its work: what it had issued stays',
    letter: { stamped: noon },
    judging: { now: LATER, evidence: [...allGood(noon), authorityRevoked(5)] },
    verdict: 'REVOKED_LATER',
    sub: null,
  },
  {
    situation: 'ended since, nothing known, no time proven',
    judging: { now: LATER, evidence: [] },
    verdict: 'TIME_UNPROVABLE',
    sub: 'OUT_OF_BOUNDS_NO_POE',
  },
  {
    situation: 'ended since, known not to have been revoked, no time proven',
    judging: { now: LATER, evidence: [listsLater(root), listsLater(authority)] },
    verdict: 'TIME_UNPROVABLE',
    sub: 'OUT_OF_BOUNDS_NOT_REVOKED',
  },
  {
    situation: 'ended since, and the signed content is proven to be younger',
    letter: { contentStamped: LATER - day },
    judging: { now: LATER, evidence: [listsLater(root), listsLater(authority)] },
    verdict: 'EXPIRED_AT_SIGNING',
    sub: 'EXPIRED',
  },
  {
    situation: 'stamped before the certificate begins',
    letter: { by: young, stamped: noon - 2 * day },
    verdict: 'NOT_YET_VALID',
    sub: 'NOT_YET_VALID',
  },
  {
    situation: 'nobody knows about revocation',
    judging: { evidence: [] },
    verdict: 'UNKNOWN_REVOCATION',
    sub: 'TRY_LATER',
  },
  {
    situation: 'the only answer is by a responder that had ended',
    judging: {
      evidence: [
        rootList,
        ocsp({
          certificate: signer.certificate,
          issuer: authority.certificate,
          signer: formerResponder,
          certificates: [formerResponder.certificate],
        }),
      ],
    },
    verdict: 'UNKNOWN_REVOCATION',
    sub: 'REVOCATION_OUT_OF_BOUNDS_NO_POE',
  },
  {
    situation: 'the algorithm was never good',
    letter: { stamped: noon },
    judging: { policy: tableWith({ ecdsa: 'never' }) },
    verdict: 'WEAK_ALGORITHM',
    sub: 'CRYPTO_CONSTRAINTS_FAILURE',
  },
  {
    situation: 'the algorithm ended, and nothing proves that the letter is older',
    judging: { policy: tableWith({ ecdsa: noon - day }) },
    verdict: 'WEAK_ALGORITHM',
    sub: 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
  },
  {
    situation: 'the signature is stamped before the content that it signs',
    letter: { contentStamped: noon, stamped: noon - day },
    verdict: 'TIME_UNPROVABLE',
    sub: 'TIMESTAMP_ORDER_FAILURE',
  },
  {
    situation: 'by the standard the evidence about what has ended needs a proof of its own',
    letter: { stamped: noon },
    judging: { now: LATER, policy: ETSI_POLICY },
    verdict: 'TIME_UNPROVABLE',
    sub: 'NO_POE',
  },
  {
    situation: 'by default evidence about the proven time is enough',
    letter: { stamped: noon },
    judging: { now: LATER },
    verdict: 'VALID_WITH_NOTES',
    sub: null,
  },
  {
    situation: 'the anchor is one for trials',
    letter: { stamped: noon },
    judging: { role: 'test' },
    verdict: 'TEST_CERTIFICATE',
    sub: 'CHAIN_CONSTRAINTS_FAILURE',
  },
];

/** The report on a letter in this situation, with details. */
export async function reportIn({ letter, change, judging }: Situation): Promise<VerificationReport> {
  const bytes = await signedLetter(letter);
  return judge(change?.(bytes) ?? bytes, judging);
}
