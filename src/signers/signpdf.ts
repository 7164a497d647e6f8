// Our signers under the contract of @signpdf: covered bytes in, DER CMS out.

import { Signer } from '@signpdf/utils';
import { Oid } from '../asn1/oids.ts';
import { encodeSignedData } from '../cms/encode-signed-data.ts';
import { encodeSignedAttributes } from '../cms/signed-attributes.ts';
import { parseCertificate } from '../pki/certificate.ts';
import type { Platform } from '../platform/platform.ts';
import { SignerFailed } from '../sign/errors.ts';
import { type Activation, type RawSigner, type SignatureAlgorithm, schemeOf } from '../sign/ports.ts';

export interface SignpdfOptions {
  readonly platform: Platform;
  /** The signer's preferred one unless given. */
  readonly algorithm?: SignatureAlgorithm;
  /** Used for every signature; none unless given. */
  readonly activation?: Activation;
  readonly signal?: AbortSignal;
}

/**
 * Lends a signer to `SignPdf`. The result is a detached PAdES B-B signature, so the placeholder must carry the sub-filter
 * `ETSI.CAdES.detached`. A `signingTime` that is passed along is not used: PAdES keeps the claimed time in `/M` alone.
 *
 * `sign` throws SignerFailed, `signer-result-invalid` also when the value does not verify with the signer's certificate.
 */
export function toSignpdfSigner(signer: RawSigner, options: SignpdfOptions): Signer {
  return new LentSigner(signer, options);
}

// SignPdf asks `instanceof Signer`, so nothing but a subclass of its own copy will do.
class LentSigner extends Signer {
  readonly #signer: RawSigner;
  readonly #options: SignpdfOptions;

  constructor(signer: RawSigner, options: SignpdfOptions) {
    super();
    this.#signer = signer;
    this.#options = options;
  }

  override async sign(coveredBytes: Uint8Array): Promise<Buffer> {
    const { platform } = this.#options;
    const algorithm = this.#options.algorithm ?? this.#signer.algorithms[0];
    const [leaf] = this.#signer.chain;
    if (algorithm === undefined || leaf === undefined) throw new SignerFailed('signer-certificate-unusable');
    const { digest, scheme } = schemeOf(algorithm);
    const signedAttributes = encodeSignedAttributes({
      contentType: Oid.data,
      messageDigest: platform.digests.of(digest, coveredBytes),
      digestAlgorithm: digest,
      certificateDer: leaf,
      signatureAlgorithm: scheme,
      digests: platform.digests,
    });
    const signature = await this.#signatureOver(signedAttributes, algorithm);
    const { publicKeyInfo: publicKey } = parseCertificate(leaf);
    const check = { publicKey, scheme, message: signedAttributes, signature };
    if (!(await platform.arithmetic.verify(check))) {
      throw new SignerFailed('signer-result-invalid', { check: 'signature value' });
    }
    const certificates = this.#signer.chain;
    return Buffer.from(encodeSignedData({ signedAttributes, certificates, digest, scheme, signature }));
  }

  async #signatureOver(message: Uint8Array, algorithm: SignatureAlgorithm): Promise<Uint8Array> {
    const { platform, activation = { kind: 'none' }, signal = new AbortController().signal } = this.#options;
    const digest = platform.digests.of(schemeOf(algorithm).digest, message);
    const values = await this.#signer.sign(algorithm, [{ message, digest }], activation, signal);
    const [value] = values;
    if (value === undefined || values.length > 1) {
      throw new SignerFailed('signer-result-invalid', { check: 'number of values' });
    }
    return value;
  }
}
