// Signers and time-stamps in this process over the development PKI, for tests that need no network and no container.

import { createDevelopmentPki, type Identity } from '../../certs-dev/certificate-authority.ts';
import { answerTimestampRequest } from '../../certs-dev/timestamp-authority.ts';
import type { Instant } from '../../src/asn1/values.ts';
import { encodeTimestampRequest, readTimestampResponse } from '../../src/cms/timestamp.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import type { RawSigner, TimestampSource } from '../../src/sign/ports.ts';
import type { SignContext, SignRequest } from '../../src/sign/sign-document.ts';
import { inProcessBackend } from '../../src/signers/in-process-backend.ts';

export const now: Instant = Date.UTC(2026, 10, 21, 11, 38, 5);

export const pki = await createDevelopmentPki({
  now,
  baseUrl: 'http://127.0.0.1:1',
  keys: 'fast',
  platform: nodePlatform,
});

/** A signer whose key is in memory. */
export function signerOf({ chain, privateKey }: Identity): Promise<RawSigner> {
  return inProcessBackend(chain, async () => privateKey).signerFor(null);
}

/** The development authority without its server. */
export function developmentTimestamps(tokenSize = 8192): TimestampSource {
  return {
    name: 'development',
    tokenSize,
    stamp: async (imprint) => {
      const request = encodeTimestampRequest({ ...imprint, nonce: 1n });
      const { token } = readTimestampResponse(answerTimestampRequest(pki.tsa, request, now, nodePlatform));
      if (token === null) throw new Error('the development authority refused');
      return token;
    },
  };
}

export const plainRequest: SignRequest = {
  level: 'B-B',
  fieldName: null,
  placement: null,
  appearance: null,
  reason: null,
  location: null,
  contactInfo: null,
  algorithm: null,
};

export async function signingContext(changes: Partial<SignContext> = {}): Promise<SignContext> {
  return {
    platform: nodePlatform,
    signer: await signerOf(pki.signers.pejabat),
    activation: { kind: 'none' },
    timestamps: null,
    now,
    timeZone: 'Asia/Makassar',
    signal: new AbortController().signal,
    ...changes,
  };
}
