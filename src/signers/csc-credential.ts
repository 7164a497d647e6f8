// A credential as `credentials/info` describes it: certificate, algorithms, how it is authorised and for how many signatures at once.

import { digestOid } from '../pki/algorithm-identifiers.ts';
import { SignerFailed } from '../sign/errors.ts';
import { type SignatureAlgorithm, schemeOf } from '../sign/ports.ts';
import { orderChain, readKeyCertificate } from './certificate-chain.ts';
import { type CscVersion, type Json, objectOf, textOf, textsOf } from './csc-service.ts';
import { algorithmsFor } from './private-key.ts';

/** What a person gives for one authorisation, by the name that the service has for it. */
export interface CscSecret {
  readonly kind: 'pin' | 'otp';
  /** In `authData`, from version 2 on. */
  readonly id: string;
}

export interface CscCredential {
  readonly id: string;
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  readonly algorithms: readonly SignatureAlgorithm[];
  /** `key.algo`. */
  readonly keyAlgorithms: readonly string[];
  readonly mode: 'implicit' | 'explicit' | 'oauth2code';
  readonly secrets: readonly CscSecret[];
  /** Sole control level 2: authorised for these hashes and no others. */
  readonly boundToHashes: boolean;
  /** Signatures that one authorisation may carry. */
  readonly multisign: number;
}

/** As many as one of our batches holds at most. */
const MOST_SIGNATURES = 1000;

/** @throws SignerFailed `signer-certificate-unusable` { reason }, `signer-result-invalid` { check } */
export function readCredential(id: string, json: Json, version: CscVersion): CscCredential {
  const [cert, key] = [objectOf(json.cert), objectOf(json.key)];
  if (!['', 'valid'].includes(textOf(cert.status))) throw unusable(`certificate ${textOf(cert.status)}`);
  if (!['', 'enabled'].includes(textOf(key.status))) throw unusable(`key ${textOf(key.status)}`);
  const [leaf, ...others] = textsOf(cert.certificates).map(
    (each) => new Uint8Array(Buffer.from(each, 'base64')),
  );
  if (leaf === undefined) throw unusable('missing');
  const keyAlgorithms = textsOf(key.algo);
  const algorithms = algorithmsFor(readKeyCertificate(leaf)).filter(
    (algorithm) => signAlgoOf(algorithm, keyAlgorithms) !== null,
  );
  if (algorithms.length === 0) throw unusable('no algorithm of the key is one of ours');
  const { multisign } = json;
  return {
    id,
    chain: orderChain(leaf, others),
    algorithms,
    keyAlgorithms,
    ...(version === 1 ? authorisationOf1(json) : authorisationOf2(json)),
    boundToHashes: textOf(json.SCAL) === '2',
    multisign: typeof multisign === 'number' ? Math.min(Math.max(1, multisign), MOST_SIGNATURES) : 1,
  };
}

function authorisationOf1(json: Json): Pick<CscCredential, 'mode' | 'secrets'> {
  const present = (name: 'PIN' | 'OTP'): boolean =>
    ['true', 'optional'].includes(String(objectOf(json[name]).presence));
  return {
    mode: modeOf(textOf(json.authMode)),
    secrets: [
      ...(present('PIN') ? [{ kind: 'pin', id: 'PIN' } as const] : []),
      ...(present('OTP') ? [{ kind: 'otp', id: 'OTP' } as const] : []),
    ],
  };
}

function authorisationOf2(json: Json): Pick<CscCredential, 'mode' | 'secrets'> {
  const auth = objectOf(json.auth);
  const objects = Array.isArray(auth.objects) ? auth.objects.map(objectOf) : [];
  return {
    mode: modeOf(textOf(auth.mode)),
    secrets: objects.flatMap(({ type, id }) => {
      const kind = kindOf(textOf(type));
      return kind === null ? [] : [{ kind, id: textOf(id) }];
    }),
  };
}

function modeOf(text: string): CscCredential['mode'] {
  if (text === 'implicit' || text === 'explicit' || text === 'oauth2code') return text;
  throw new SignerFailed('signer-result-invalid', { check: 'authorisation mode' });
}

/** Null for what the service asks of the person by itself, such as a fingerprint on the telephone. */
function kindOf(type: string): CscSecret['kind'] | null {
  if (/^(?:PIN|password)$/i.test(type)) return 'pin';
  return /^(?:OTP|TOTP|challenge)/i.test(type) ? 'otp' : null;
}

const RSA = '1.2.840.113549.1.1.1';
const RSA_PSS = '1.2.840.113549.1.1.10';
const EC = '1.2.840.10045.2.1';
const SIGNATURES: Readonly<Partial<Record<SignatureAlgorithm, readonly string[]>>> = {
  'rsa-pkcs1-sha256': ['1.2.840.113549.1.1.11', RSA],
  'rsa-pkcs1-sha384': ['1.2.840.113549.1.1.12', RSA],
  'rsa-pkcs1-sha512': ['1.2.840.113549.1.1.13', RSA],
  'rsa-pss-sha256': [RSA_PSS],
  'rsa-pss-sha384': [RSA_PSS],
  'rsa-pss-sha512': [RSA_PSS],
  'ecdsa-p256-sha256': ['1.2.840.10045.4.3.2', EC],
  'ecdsa-p384-sha384': ['1.2.840.10045.4.3.3', EC],
  'ecdsa-p521-sha512': ['1.2.840.10045.4.3.4', EC],
};

/** `signAlgo`: only what the key lists; Ed25519 needs the message, which never leaves. */
export function signAlgoOf(algorithm: SignatureAlgorithm, listed: readonly string[]): string | null {
  return SIGNATURES[algorithm]?.find((oid) => listed.includes(oid)) ?? null;
}

export function hashOidOf(algorithm: SignatureAlgorithm): string {
  return digestOid(schemeOf(algorithm).digest);
}

function unusable(reason: string): SignerFailed {
  return new SignerFailed('signer-certificate-unusable', { reason });
}
