// Signers and time-stamps in this process over the development PKI, for tests that need no network and no container.

import {
  createDevelopmentPki,
  type DevelopmentPki,
  type Identity,
} from '../../certs-dev/certificate-authority.ts';
import { answerOcspRequest } from '../../certs-dev/ocsp-responder.ts';
import { currentRevocationList } from '../../certs-dev/revocation-list.ts';
import { answerTimestampRequest } from '../../certs-dev/timestamp-authority.ts';
import type { Instant } from '../../src/asn1/values.ts';
import { encodeTimestampRequest, readTimestampResponse } from '../../src/cms/timestamp.ts';
import { sameName } from '../../src/pki/name.ts';
import { encodeOcspRequest } from '../../src/pki/ocsp.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import type { RawSigner, RevocationSource, Signer, TimestampSource } from '../../src/sign/ports.ts';
import type { SignContext, SignRequest } from '../../src/sign/sign-request.ts';
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
export function developmentTimestamps(
  tokenSize = 8192,
  of: { readonly pki: DevelopmentPki; readonly clock: () => Instant } = { pki, clock: () => now },
): TimestampSource {
  return {
    name: 'development',
    tokenSize,
    stamp: async (imprint) => {
      const request = encodeTimestampRequest({ ...imprint, nonce: 1n });
      const response = answerTimestampRequest(of.pki.tsa, request, of.clock(), nodePlatform);
      const { token } = readTimestampResponse(response);
      if (token === null) throw new Error('the development authority refused');
      return token;
    },
  };
}

/** The development PKI's own answers, without its servers: OCSP for what the issuing CA issued, the root's list for the CA. */
export function developmentRevocation(
  of: { readonly pki: DevelopmentPki; readonly clock: () => Instant } = { pki, clock: () => now },
): RevocationSource {
  const { digests } = nodePlatform;
  return {
    fetch: async (certificate, issuer) => {
      const byRoot = sameName(issuer.subject, issuer.issuer);
      const request = encodeOcspRequest({ certificate, issuer, digests });
      return {
        ocsp: byRoot ? null : answerOcspRequest(of.pki, request, of.clock(), digests),
        crl: byRoot ? currentRevocationList(of.pki.root, [], of.clock(), digests) : null,
        failures: [],
      };
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

/** @param changes - of any shape of signer; a key in memory unless given */
export async function signingContext<S extends Signer = RawSigner>(
  changes: Partial<Omit<SignContext, 'signer'>> & { readonly signer?: S } = {},
): Promise<SignContext & { readonly signer: S }> {
  const context = {
    platform: nodePlatform,
    signer: await signerOf(pki.signers.pejabat),
    activation: { kind: 'none' },
    timestamps: null,
    trustList: pki.trustList(nodePlatform.digests),
    revocation: null,
    now,
    timeZone: 'Asia/Makassar',
    signal: new AbortController().signal,
    ...changes,
  };
  return context as SignContext & { readonly signer: S };
}
