// A key at a service where its holder authorises each signature in a browser: what the two steps of such a signature carry and check.

import type { CompletingOrder, PreparedOutcome } from './http/ports.ts';
import type { ValidatedIdentity } from './identity/validate-identity.ts';
import { type Signer, SignerFailed, SigningFailed, type SignRequest, type ToBeSigned } from './index.ts';
import { nodePlatform } from './platform/node.ts';
import type { BrowserAuthorisation, SignatureAlgorithm } from './sign/ports.ts';
import type { PreparedSignature } from './sign/prepared-signature.ts';
import type { CarriedSignature } from './sign/sealed-prepared.ts';
import { digestSource } from './sign/source-digest.ts';
import { itemOf } from './sign/two-steps.ts';

/** What goes to the person, and what is sealed until the person is back. */
export interface BegunAuthorisation {
  readonly authorization: NonNullable<PreparedOutcome['authorization']>;
  readonly carried: Readonly<Record<string, string>>;
}

type Begin = (algorithm: NonNullable<SignRequest['algorithm']>, item: ToBeSigned) => BegunAuthorisation;

/** @param signerId - in the registry @throws SignerFailed `signer-refused` { reason: 'no-browser' } */
export function browserAuthorisation(signer: object, signerId: string, redirectUri: string): Begin {
  const browser = requireBrowser(signer);
  return (algorithm, item) => {
    const { url, state, codeVerifier } = browser.request(algorithm, [item], redirectUri);
    return {
      authorization: { url, state },
      carried: { signer: signerId, state, codeVerifier, redirectUri },
    };
  };
}

function requireBrowser(signer: object): BrowserAuthorisation {
  const { byBrowser } = signer as { readonly byBrowser?: BrowserAuthorisation };
  if (byBrowser === undefined) throw new SignerFailed('signer-refused', { reason: 'no-browser' });
  return byBrowser;
}

/** Who was asked in a browser. @throws SigningFailed `prepared-mismatch` { reason: 'state' } for nobody, or another request's answer */
export function signerAsked(
  { carried }: CarriedSignature,
  { state }: Extract<CompletingOrder['proof'], { kind: 'code' }>,
): string {
  if (carried?.signer === undefined || carried.state !== state) throw mismatch('state');
  return carried.signer;
}

/**
 * The value that the person's authorisation gives. That the document is the prepared one is known before: the code is good once.
 * @throws SigningFailed `prepared-mismatch` { reason: 'document' }, SignerFailed, IdentityRefused
 */
export async function valueByCode(
  prepared: CarriedSignature,
  { code }: Extract<CompletingOrder['proof'], { kind: 'code' }>,
  { source, signal }: Pick<CompletingOrder, 'source' | 'signal'>,
  { identity, signer }: { readonly identity: ValidatedIdentity; readonly signer: Signer },
): Promise<Uint8Array> {
  await requireDocument(prepared, source, signal);
  if (signer.shape !== 'raw') throw new SignerFailed('signer-refused', { reason: 'no-browser' });
  const { codeVerifier = '', redirectUri = '' } = prepared.carried ?? {};
  const browser = requireBrowser(signer);
  const activation = await identity.prove(signal, () =>
    browser.redeem({ code, codeVerifier, redirectUri }, signal),
  );
  try {
    const algorithm: SignatureAlgorithm = prepared.algorithm;
    const items = [itemOf(prepared, { platform: nodePlatform })];
    const [value] = await signer.sign(algorithm, items, activation, signal);
    if (value === undefined) throw new SignerFailed('signer-result-invalid', { check: 'count' });
    return value;
  } finally {
    activation.token.fill(0);
  }
}

async function requireDocument(
  { sourceSize, sourceSha256 }: PreparedSignature,
  source: CompletingOrder['source'],
  signal: AbortSignal,
): Promise<void> {
  if (source.size !== sourceSize) throw mismatch('document');
  const { sha256 } = await digestSource(source, 'sha256', nodePlatform.digests, signal);
  if (Buffer.from(sha256).toString('hex') !== sourceSha256) throw mismatch('document');
}

function mismatch(reason: 'document' | 'state'): SigningFailed {
  return new SigningFailed('prepared-mismatch', { reason });
}
