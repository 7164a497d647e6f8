// The peer of the comparison: @signpdf/signpdf with its plain placeholder and its PKCS#12 signer, as its manual shows it.

import { plainAddPlaceholder } from '@signpdf/placeholder-plain';
import { P12Signer } from '@signpdf/signer-p12';
import { SignPdf } from '@signpdf/signpdf';

/** Room for the CMS value in bytes; its own default does not hold a chain of two certificates with RSA-4096. */
const SIGNATURE_LENGTH = 16_384;

/** Signs a PDF that is in memory. A signer is made for each signature: theirs can be used once only. */
export function signWithSignpdf(pdf: Buffer, container: Buffer, passphrase: string): Promise<Buffer> {
  const prepared = plainAddPlaceholder({
    pdfBuffer: pdf,
    reason: 'Pengukuran',
    contactInfo: '',
    name: 'Pejabat Contoh',
    location: '',
    signatureLength: SIGNATURE_LENGTH,
  });
  return new SignPdf().sign(prepared, new P12Signer(container, { passphrase }));
}
