// `signatures/signHash`: hashes of signed attributes go out, values come back, and each is verified before anybody else sees it.

import { parseElement } from '../asn1/element.ts';
import { encodeSignatureAlgorithm, readAlgorithmIdentifier } from '../pki/algorithm-identifiers.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { ecdsaSigValue } from '../pki/ecdsa-value.ts';
import type { SignatureArithmetic } from '../platform/platform.ts';
import { SignerFailed } from '../sign/errors.ts';
import { ecdsaIntegerBytes, type SignatureAlgorithm, schemeOf, type ToBeSigned } from '../sign/ports.ts';
import { type CscAuthorisation, pause } from './csc-authorise.ts';
import { type CscCredential, hashOidOf, signAlgoOf } from './csc-credential.ts';
import { textOf, textsOf } from './csc-service.ts';
import type { CscSession } from './csc-session.ts';

/** @returns one value per item, as CMS has it and verified @throws SignerFailed */
export async function signHashes(
  session: CscSession,
  credential: CscCredential,
  algorithm: SignatureAlgorithm,
  items: readonly ToBeSigned[],
  authorisation: CscAuthorisation,
  arithmetic: SignatureArithmetic,
  signal: AbortSignal,
): Promise<readonly Uint8Array[]> {
  const { json } = await session.call(
    {
      method: 'signatures/signHash',
      body: signHashBody(session, credential, algorithm, items, authorisation),
      effect: 'signature',
      ...(authorisation.kind === 'sad'
        ? { secrets: [authorisation.sad] }
        : { bearer: authorisation.token, secrets: [authorisation.token] }),
    },
    signal,
  );
  const responseId = textOf(json.responseID);
  const values =
    json.signatures === undefined && responseId !== ''
      ? await pollForSignatures(session, responseId, signal)
      : textsOf(json.signatures);
  if (values.length !== items.length) throw invalid('count');
  const verified: Uint8Array[] = [];
  for (const [i, item] of items.entries()) {
    const value = new Uint8Array(Buffer.from(values[i] ?? '', 'base64'));
    verified.push(await requireVerified(value, algorithm, item, credential.chain, arithmetic));
  }
  return verified;
}

function signHashBody(
  { access }: CscSession,
  { id, keyAlgorithms }: CscCredential,
  algorithm: SignatureAlgorithm,
  items: readonly ToBeSigned[],
  authorisation: CscAuthorisation,
): Readonly<Record<string, unknown>> {
  const hashes = items.map(({ digest }) => Buffer.from(digest).toString('base64'));
  const { scheme } = schemeOf(algorithm);
  const common = {
    credentialID: id,
    ...(authorisation.kind === 'sad' ? { SAD: authorisation.sad } : {}),
    signAlgo: signAlgoOf(algorithm, keyAlgorithms),
    ...(scheme.kind === 'rsa-pss' ? { signAlgoParams: pssParameters(algorithm) } : {}),
  };
  return access.info.version === 1
    ? { ...common, hash: hashes, hashAlgo: hashOidOf(algorithm) }
    : { ...common, hashes, hashAlgorithmOID: hashOidOf(algorithm), operationMode: 'S' };
}

/** RSASSA-PSS-params (RFC 4055, 3.1), the second element of the algorithm's identifier. */
function pssParameters(algorithm: SignatureAlgorithm): string {
  const identifier = encodeSignatureAlgorithm(schemeOf(algorithm).scheme);
  const { parameters } = readAlgorithmIdentifier(parseElement(identifier, 'signAlgoParams'));
  return Buffer.from(parameters?.raw ?? []).toString('base64');
}

const POLL = { firstMs: 250, mostMs: 2_000 };

/** A service that signs later (CSC API 2.0, 11.13). What it was asked for may be made whether we wait or not. */
async function pollForSignatures(
  session: CscSession,
  requestID: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const call = { method: 'signatures/signPolling', body: { requestID }, effect: 'signature' } as const;
    for (let pauseMs = POLL.firstMs; ; pauseMs = Math.min(2 * pauseMs, POLL.mostMs)) {
      await pause(pauseMs, signal);
      const answer = await session.call(call, signal);
      if (answer.status !== 202) return textsOf(answer.json.signatures);
    }
  } catch (error) {
    if (error instanceof SignerFailed && error.code === 'signer-unavailable')
      throw new SignerFailed('signer-outcome-unknown', error.values, error);
    throw error;
  }
}

/** Services give ECDSA as DER or as r and s side by side, and do not say which: verifying tells. */
async function requireVerified(
  value: Uint8Array,
  algorithm: SignatureAlgorithm,
  { message }: ToBeSigned,
  [leaf = new Uint8Array(0)]: readonly Uint8Array[],
  arithmetic: SignatureArithmetic,
): Promise<Uint8Array> {
  const { publicKeyInfo: publicKey } = parseCertificate(leaf);
  const { scheme } = schemeOf(algorithm);
  const size = ecdsaIntegerBytes(algorithm);
  const forms = size !== null && value.length === 2 * size ? [value, ecdsaSigValue(value)] : [value];
  for (const signature of forms)
    if (await arithmetic.verify({ publicKey, scheme, message, signature })) return signature;
  throw invalid('signature');
}

function invalid(check: string): SignerFailed {
  return new SignerFailed('signer-result-invalid', { check });
}
