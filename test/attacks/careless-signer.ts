// A signer that looks at nothing: it fills the signature dictionary that a file already has. Ours refuses files that it would
// take, and what a verifier says of such files has to be known.

import {
  encodeSignedData,
  signatureOctets,
  withSignatureTimestamp,
} from '../../src/cms/encode-signed-data.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { schemeOf } from '../../src/sign/ports.ts';
import { signedAttributes } from '../../src/sign/prepared-signature.ts';
import { developmentTimestamps, pki, signerOf } from '../sign/development-signer.ts';
import { concat, textOf } from './append.ts';

const RANGE = `/ByteRange [0 ${' '.repeat(40)}]`;
const CONTENTS = `<${'00'.repeat(12_000)}>`;

/** The signature dictionary that waits for its value; a file has one. */
export const EMPTY_SIGNATURE = `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached ${RANGE} /Contents ${CONTENTS} /M (D:20261121193805+08'00') >>`;

/**
 * Signs the whole file as it is.
 * @param makeValue - makes the value of `/Contents` over the covered bytes; that of the development official unless given
 */
export async function signCarelessly(
  bytes: Uint8Array,
  makeValue: (covered: Uint8Array) => Uint8Array | Promise<Uint8Array> = signedDataOver,
): Promise<Uint8Array> {
  const text = textOf(bytes);
  const cut = text.indexOf(CONTENTS);
  const resume = cut + CONTENTS.length;
  const at = text.indexOf(RANGE);
  if (cut < 0 || at < 0) throw new Error('no empty signature in this file');
  const range = `/ByteRange [0 ${cut} ${resume} ${bytes.length - resume}`.padEnd(RANGE.length - 1);
  const ready = concat(bytes.subarray(0, at), range, ']', bytes.subarray(at + RANGE.length));
  const cms = await makeValue(concat(ready.subarray(0, cut), ready.subarray(resume)));
  const digits = Buffer.from(cms)
    .toString('hex')
    .padEnd(CONTENTS.length - 2, '0');
  return concat(ready.subarray(0, cut + 1), digits, ready.subarray(resume - 1));
}

async function signedDataOver(covered: Uint8Array): Promise<Uint8Array> {
  const { digests } = nodePlatform;
  const { signal } = new AbortController();
  const signer = await signerOf(pki.signers.pejabat);
  const [algorithm] = signer.algorithms;
  if (algorithm === undefined) throw new Error('a signer without algorithms');
  const { digest, scheme } = schemeOf(algorithm);
  const message = signedAttributes(algorithm, signer.chain, digests.of(digest, covered), digests);
  const item = { message, digest: digests.of(digest, message) };
  const [signature] = await signer.sign(algorithm, [item], { kind: 'none' }, signal);
  if (signature === undefined) throw new Error('a signer without an answer');
  const cms = encodeSignedData({
    signedAttributes: message,
    certificates: signer.chain,
    digest,
    scheme,
    signature,
  });
  const imprint = digests.of(digest, signatureOctets(cms));
  const token = await developmentTimestamps().stamp({ algorithm: digest, digest: imprint }, signal);
  return withSignatureTimestamp(cms, token);
}
