// What attacks are performed on: letters signed in this process by the development PKI, VALID before anything is done to them.

import type { Instant } from '../../src/asn1/values.ts';
import {
  bytesSource,
  DEFAULT_POLICY,
  type RevocationFetcher,
  type SignRequest,
  signAndVerify,
  signedBytes,
  type VerificationReport,
  type VerifyContext,
  verifyDocument,
} from '../../src/index.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import {
  developmentRevocation,
  developmentTimestamps,
  now,
  pki,
  plainRequest,
  signerOf,
  signingContext,
} from '../sign/development-signer.ts';

const { digests } = nodePlatform;

export const revocation: RevocationFetcher = developmentRevocation();

export function verifyContext(changes: Partial<VerifyContext> = {}): VerifyContext {
  return {
    platform: nodePlatform,
    trustList: pki.trustList(digests),
    policy: DEFAULT_POLICY,
    revocation,
    now,
    signal: new AbortController().signal,
    onFailure: (error) => {
      throw error;
    },
    ...changes,
  };
}

export function verifyBytes(
  bytes: Uint8Array,
  changes: Partial<VerifyContext> = {},
): Promise<VerificationReport> {
  return verifyDocument(bytesSource(bytes), verifyContext(changes));
}

export interface SigningOptions {
  readonly signer?: keyof typeof pki.signers;
  readonly request?: Partial<SignRequest>;
  readonly timestamped?: boolean;
  readonly now?: Instant;
  readonly earlierBroken?: 'refuse' | 'warn';
}

/** Signs with the development PKI, time-stamped unless told otherwise. */
export async function sign(bytes: Uint8Array, options: SigningOptions = {}): Promise<Uint8Array> {
  const timestamped = options.timestamped ?? true;
  const { signed } = await signAndVerify(
    bytesSource(bytes),
    { ...plainRequest, level: timestamped ? 'B-T' : 'B-B', ...options.request },
    {
      ...(await signingContext({ signer: await signerOf(pki.signers[options.signer ?? 'pejabat']) })),
      now: options.now ?? now,
      timestamps: timestamped ? developmentTimestamps() : null,
      verification: { trustList: pki.trustList(digests), policy: DEFAULT_POLICY },
      earlierBroken: options.earlierBroken ?? 'refuse',
      developmentKeys: 'allow',
    },
  );
  return signedBytes(signed);
}

export const FORMS = ['table', 'stream', 'hybrid'] as const;

/** A letter of one page in each form of cross-reference that a writer may use. */
export function letter(form: (typeof FORMS)[number], changes: Record<number, string> = {}): Uint8Array {
  if (form === 'stream') return handmadePdf({ objects: onePage(changes), form, compressed: [1, 2, 3, 5] });
  // What only the stream of a hybrid file lists must not be part of what is shown.
  const hidden = form === 'hybrid' ? { 6: '<< /Note (only newer readers see this) >>' } : {};
  return handmadePdf({
    objects: onePage({ ...hidden, ...changes }),
    form,
    compressed: form === 'hybrid' ? [6] : [],
  });
}
