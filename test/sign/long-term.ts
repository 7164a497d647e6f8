// What the tests of the levels share: signing and raising with the composition over the development PKI, signers of every
// algorithm, and a second opinion on the finished bytes that knows nothing of the verifier's rules on levels.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type Identity, issueIdentity } from '../../certs-dev/certificate-authority.ts';
import { signerProfile } from '../../certs-dev/profile.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { hex, type Instant } from '../../src/asn1/values.ts';
import { attributeValues } from '../../src/cms/attributes.ts';
import { parseSignedData } from '../../src/cms/signed-data.ts';
import { parseTimestampToken } from '../../src/cms/timestamp-token.ts';
import {
  bytesSource,
  DEFAULT_POLICY,
  type Level,
  type RaiseAndVerifyContext,
  type RaisedLevel,
  raiseAndVerify,
  type SignAndVerifyContext,
  type SignatureAlgorithm,
  type SignedAndVerified,
  type SignRequest,
  signAndVerify,
} from '../../src/index.ts';
import { readFields } from '../../src/pdf/form-fields.ts';
import { asKind, isName } from '../../src/pdf/objects.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { readSecurityStores } from '../../src/pdf/security-store.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import {
  developmentRevocation,
  developmentTimestamps,
  now,
  pki,
  plainRequest,
  signingContext,
} from './development-signer.ts';

const DAY = 86_400_000;
const { digests } = nodePlatform;

/** Keys that the development PKI does not have by itself, each with a certificate of its issuing CA. */
export const ALGORITHMS: readonly (readonly [name: string, identity: Identity, SignatureAlgorithm])[] = [
  ['RSA 2048', identityOf(rsa(2048)), 'rsa-pkcs1-sha256'],
  ['RSA 3072', identityOf(rsa(3072)), 'rsa-pkcs1-sha256'],
  ['RSA-PSS', identityOf(rsa(2048)), 'rsa-pss-sha256'],
  ['P-256', identityOf(curve('prime256v1')), 'ecdsa-p256-sha256'],
  ['P-384', identityOf(curve('secp384r1')), 'ecdsa-p384-sha384'],
  ['P-521', identityOf(curve('secp521r1')), 'ecdsa-p521-sha512'],
  ['Ed25519', identityOf(generateKeyPairSync('ed25519').privateKey), 'ed25519'],
];

function rsa(modulusLength: number): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength }).privateKey;
}

function curve(namedCurve: string): KeyObject {
  return generateKeyPairSync('ec', { namedCurve }).privateKey;
}

function identityOf(privateKey: KeyObject): Identity {
  return issueIdentity({ baseUrl: pki.baseUrl, platform: nodePlatform }, pki.issuing, {
    privateKey,
    profile: signerProfile('UJICOBA00000077', 'Pejabat Uji Tingkat (UJI COBA)'),
    validity: { notBefore: now - DAY, notAfter: now + 700 * DAY },
  });
}

/** The PKI as its services know it, with the certificates that were issued here. */
export const wholePki = {
  ...pki,
  issued: [...pki.issued, ...ALGORITHMS.map(([, { certificate }]) => certificate)],
};

const verification = { trustList: pki.trustList(digests), policy: DEFAULT_POLICY };

/** Signs with time-stamps and revocation data at hand, and has the result verified. */
export async function signAt(
  level: Level,
  bytes: Uint8Array,
  changes: Partial<SignAndVerifyContext> & { readonly request?: Partial<SignRequest> } = {},
): Promise<SignedAndVerified & { readonly bytes: Uint8Array }> {
  const { request, ...context } = changes;
  const made = await signAndVerify(
    bytesSource(bytes),
    { ...plainRequest, level, ...request },
    {
      ...(await signingContext({
        timestamps: developmentTimestamps(),
        revocation: developmentRevocation({ pki: wholePki, clock: () => now }),
      })),
      verification,
      earlierBroken: 'refuse',
      developmentKeys: 'allow',
      ...context,
    },
  );
  return { ...made, bytes: made.document.read(0, made.document.size) };
}

/** Raises with all that is needed at hand; `at` is the clock of everybody. */
export async function raiseTo(
  level: RaisedLevel,
  bytes: Uint8Array,
  changes: Partial<RaiseAndVerifyContext> & { readonly at?: Instant } = {},
) {
  const { at = now, ...context } = changes;
  const clock = () => at;
  const made = await raiseAndVerify(bytesSource(bytes), level, {
    platform: nodePlatform,
    timestamps: developmentTimestamps(8192, { pki, clock }),
    revocation: developmentRevocation({ pki: wholePki, clock }),
    now: at,
    signal: new AbortController().signal,
    verification,
    earlierBroken: 'refuse',
    ...context,
  });
  return { ...made, bytes: made.document.read(0, made.document.size) };
}

/** What stands in a file, each row of the requirements as a fact (EN 319 142-1, 6.3). */
export function structureOf(bytes: Uint8Array) {
  const document = openDocument(bytesSource(bytes), { ...nodePlatform, damaged: 'refuse' });
  const { last } = document;
  const values = readFields(last)
    .filter(({ type }) => type === 'Sig')
    .flatMap(({ value }) => asKind(last.resolve(value), 'dictionary') ?? []);
  const stamps = values.filter((value) => isName(value.entries.get('SubFilter'), 'ETSI.RFC3161'));
  const signature = values.findLast((value) => isName(value.entries.get('SubFilter'), 'ETSI.CAdES.detached'));
  const numbers = (asKind(signature?.entries.get('ByteRange'), 'array')?.items ?? []).map(
    (item) => asKind(item, 'number')?.value,
  );
  const cms = parseSignedData(
    asKind(signature?.entries.get('Contents'), 'string')?.bytes ?? new Uint8Array(),
  );
  const [signer, ...others] = cms.signerInfos;
  const signed = (oid: string): number => attributeValues(signer?.signedAttributes ?? null, oid).length;
  const tokens = attributeValues(signer?.unsignedAttributes ?? null, Oid.signatureTimestamp);
  const store = readSecurityStores(document);
  const stored = new Set(store.certificates.map(hex));
  return {
    type: isName(signature?.entries.get('Type'), 'Sig'),
    filter: isName(signature?.entries.get('Filter'), 'Adobe.PPKLite'),
    claimedTime: signature?.entries.has('M') === true,
    certEntry: signature?.entries.has('Cert') === true,
    byteRange: numbers.length === 4 && numbers[0] === 0,
    version: cms.version,
    eContent: cms.eContent !== null,
    signers: others.length + 1,
    holdsSigner: cms.certificates.length > 0,
    contentType: signed(Oid.contentType),
    messageDigest: signed(Oid.messageDigest),
    signingCertificate: signed(Oid.signingCertificateV2),
    signingTime: signed(Oid.signingTime),
    revocationAttribute: signed(Oid.adbeRevocationInfoArchival),
    signatureTimestamps: tokens.length,
    hasStore: last.get(last.catalog(), 'DSS') !== null,
    /** Every certificate of the signer's and the time-stamp's chains stands in the store. */
    storesChains: [
      ...cms.certificates,
      ...tokens.flatMap(({ raw }) => parseTimestampToken(raw).signedData.certificates),
    ].every((certificate) => stored.has(hex(certificate))),
    ocspResponses: store.ocspResponses.length,
    crls: store.crls.length,
    documentTimestamps: stamps.filter((stamp) => isName(stamp.entries.get('Type'), 'DocTimeStamp')).length,
  };
}
