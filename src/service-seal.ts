// The service's own key, with which it vouches for its records and its letters' codes: a signer like any other, P-256, so that what
// it signs is short enough for a QR code.

import { MalformedAsn1, parseElement, Tag } from './asn1/element.ts';
import { encodeInteger, encodeSequence } from './asn1/encode.ts';
import { sequenceFields } from './asn1/fields.ts';
import { integerOf } from './asn1/values.ts';
import type { AuditSeal, VerifySeal } from './audit/seal.ts';
import { certificateName } from './audit/seal.ts';
import { type Certificate, parseCertificate } from './pki/certificate.ts';
import type { Platform } from './platform/platform.ts';
import { SignerFailed, TrustServiceFailed } from './sign/errors.ts';
import type { RawSigner, SignerBackend } from './sign/ports.ts';

export interface ServiceSeal extends AuditSeal {
  readonly certificate: Certificate;
  /** The same key for whole documents: the service's own reports. */
  readonly signer: RawSigner;
  close(): Promise<void>;
}

const ALGORITHM = 'ecdsa-p256-sha256';
const INTEGER_BYTES = 32;
const PATIENCE_MS = 5_000;

/**
 * @param backend - already open; its key needs no activation
 * @throws SignerFailed `signer-algorithm-unsupported` for a key that is not P-256
 */
export async function openServiceSeal(
  backend: SignerBackend,
  { digests, arithmetic }: Pick<Platform, 'digests' | 'arithmetic'>,
): Promise<ServiceSeal> {
  const signer = await backend.signerFor(null);
  const [der] = signer.chain;
  if (der === undefined || signer.shape !== 'raw' || !signer.algorithms.includes(ALGORITHM))
    throw new SignerFailed('signer-algorithm-unsupported', { wanted: ALGORITHM });
  const certificate = parseCertificate(der);
  return {
    certificate,
    signer,
    certificateSha256: certificateName(der),
    sign: async (message) => {
      const digest = digests.of('sha256', message);
      const value = await oneValue(signer, { message, digest });
      const scheme = { kind: 'ecdsa', digest: 'sha256' } as const;
      const publicKey = certificate.publicKeyInfo;
      if (!(await arithmetic.verify({ publicKey, scheme, message, signature: value })))
        throw new SignerFailed('signer-result-invalid', { check: 'signature' });
      return sideBySide(value);
    },
    close: () => backend.close(),
  };
}

async function oneValue(
  signer: RawSigner,
  item: { readonly message: Uint8Array; readonly digest: Uint8Array },
): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const [value] = await signer.sign(ALGORITHM, [item], { kind: 'none' }, signal);
  if (value === undefined) throw new TrustServiceFailed('deadline-exceeded');
  return value;
}

/** Checks what services sealed whose certificates are at hand. */
export function sealVerifier(
  certificates: readonly Uint8Array[],
  arithmetic: Platform['arithmetic'],
): VerifySeal {
  const byName = new Map(certificates.map((der) => [certificateName(der), parseCertificate(der)]));
  return async (name, message, value) => {
    const certificate = byName.get(name);
    return certificate === undefined ? null : sealedBy(certificate, message, value, arithmetic);
  };
}

/** Whether the key of a certificate made this value, r and s side by side. */
export async function sealedBy(
  { publicKeyInfo: publicKey }: Certificate,
  message: Uint8Array,
  value: Uint8Array,
  arithmetic: Platform['arithmetic'],
): Promise<boolean> {
  if (value.length !== 2 * INTEGER_BYTES) return false;
  const [r, s] = [value.subarray(0, INTEGER_BYTES), value.subarray(INTEGER_BYTES)];
  const signature = encodeSequence(encodeInteger(r), encodeInteger(s));
  return arithmetic.verify({ publicKey, scheme: { kind: 'ecdsa', digest: 'sha256' }, message, signature });
}

/** Ecdsa-Sig-Value (RFC 3279, 2.2.3) as JOSE and COSE write it (RFC 7518, 3.4). */
function sideBySide(der: Uint8Array): Uint8Array {
  const fields = sequenceFields(parseElement(der, 'Ecdsa-Sig-Value'), 'Ecdsa-Sig-Value');
  const value = new Uint8Array(2 * INTEGER_BYTES);
  for (const end of [INTEGER_BYTES, 2 * INTEGER_BYTES]) {
    const integer = integerOf(fields.take(Tag.integer).content, 'Ecdsa-Sig-Value');
    const digits = integer.toString(16).padStart(2 * INTEGER_BYTES, '0');
    if (integer < 0n || digits.length > 2 * INTEGER_BYTES)
      throw new MalformedAsn1('value-malformed', 'Ecdsa-Sig-Value');
    value.set(Buffer.from(digits, 'hex'), end - INTEGER_BYTES);
  }
  fields.end();
  return value;
}
