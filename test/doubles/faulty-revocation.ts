// OCSP responders and CRL distribution points that go wrong, one fault each: real answers over the development PKI, spoiled.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Test } from 'tap';
import {
  createDevelopmentPki,
  type DevelopmentPki,
  type Identity,
  issueIdentity,
} from '../../certs-dev/certificate-authority.ts';
import { generateRsaKey } from '../../certs-dev/generate-keys.ts';
import {
  answerOcspRequest,
  encodeOcspRefusal,
  encodeOcspResponse,
  type OcspAnswer,
  OcspRefusal,
  readOcspRequest,
} from '../../certs-dev/ocsp-responder.ts';
import { responderProfile, ServicePath, signerProfile } from '../../certs-dev/profile.ts';
import { currentRevocationList, encodeRevocationList } from '../../certs-dev/revocation-list.ts';
import type { Instant } from '../../src/asn1/values.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { encodeOcspRequest } from '../../src/pki/ocsp.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { answerWith, bodyOf, startLoopbackServer } from './loopback-server.ts';

export type Respond = (request: Uint8Array, response: ServerResponse) => void;

const DAY = 86_400_000;
const { digests } = nodePlatform;

/** A PKI whose OCSP and CRL addresses lead to answers that the test chooses, and who asked how often. */
export interface RevocationDouble {
  readonly pki: DevelopmentPki;
  ocsp: Respond;
  crl: Respond;
  readonly asked: { ocsp: number; crl: number };
}

export async function startRevocationDouble(t: Test, clock: () => Instant): Promise<RevocationDouble> {
  const asked = { ocsp: 0, crl: 0 };
  const server = await startLoopbackServer(t, (request: IncomingMessage, response) => {
    const kind = request.url === ServicePath.ocsp ? 'ocsp' : 'crl';
    asked[kind] += 1;
    bodyOf(request).then(
      (body) => double[kind](body, response),
      (error: unknown) => response.destroy(error as Error),
    );
  });
  const pki = await createDevelopmentPki({
    now: clock(),
    baseUrl: server.url,
    keys: 'fast',
    platform: nodePlatform,
  });
  const double: RevocationDouble = { pki, ocsp: soundOcsp(pki, clock), crl: soundCrl(pki, clock), asked };
  return double;
}

export function soundOcsp(pki: DevelopmentPki, clock: () => Instant): Respond {
  return ocspBytes((request) => answerOcspRequest(pki, request, clock(), digests));
}

export function soundCrl(pki: DevelopmentPki, clock: () => Instant): Respond {
  return crlBytes(() => currentRevocationList(pki.issuing, pki.revocations, clock(), digests));
}

export interface RevocationFault {
  readonly respond: Respond;
  /** The reason that a client must give. */
  readonly reason: string;
}

/** What can be wrong with a responder, by name. */
export async function ocspFaults(
  pki: DevelopmentPki,
  clock: () => Instant,
): Promise<Readonly<Record<string, RevocationFault>>> {
  const now = clock();
  const stranger = await generateRsaKey(2048);
  const issue = (profile: typeof responderProfile, from: number, to: number): Identity =>
    issueIdentity({ baseUrl: pki.baseUrl, platform: nodePlatform }, pki.issuing, {
      privateKey: stranger,
      profile,
      validity: { notBefore: now + from, notAfter: now + to },
    });
  const answering = (spoiled: Partial<OcspAnswer>, responder: Identity = pki.responder): Respond =>
    ocspBytes((request) => spoiledOcsp(request, spoiled, responder, now));
  return {
    'try later': refusing(OcspRefusal.tryLater, 'try-later'),
    'an internal error': refusing(OcspRefusal.internalError, 'internal-error'),
    'not its business': refusing(OcspRefusal.unauthorized, 'unauthorized'),
    'a status that is unknown': {
      respond: answering({ status: { kind: 'unknown' } }),
      reason: 'ocsp-status-unknown',
    },
    'an answer that has ended': {
      respond: answering({ thisUpdate: now - 3 * DAY, nextUpdate: now - 2 * DAY }),
      reason: 'stale',
    },
    'an answer about another certificate': {
      respond: ocspBytes(() => {
        const other = parseCertificate(pki.signers.segel.certificate).serialNumber;
        return answerOcspRequest(pki, ocspRequestFor(pki, other), now, digests);
      }),
      reason: 'evidence-not-bound',
    },
    'the signature of a stranger': {
      respond: answering({}, { ...pki.responder, privateKey: stranger }),
      reason: 'evidence-signature-invalid',
    },
    'a responder that was not delegated': {
      respond: answering({}, issue(signerProfile('UJICOBA00000099', 'Bukan OCSP (UJI COBA)'), -DAY, DAY)),
      reason: 'responder-not-authorised',
    },
    'a responder that has expired': {
      respond: answering({}, issue(responderProfile, -3 * DAY, -DAY)),
      reason: 'responder-out-of-validity',
    },
    garbage: { respond: ocspBytes(() => new Uint8Array(300).fill(0x5a)), reason: 'malformed' },
    'an answer that is cut off': {
      respond: ocspBytes((request) => answerOcspRequest(pki, request, now, digests).subarray(0, 200)),
      reason: 'malformed',
    },
    'far too much': { respond: ocspBytes(() => new Uint8Array(100_000)), reason: 'too-large' },
    ...transportFaults(),
    'a page for people': {
      respond: (_request, response) => answerWith(response, 'text/html', Buffer.from('<p>Masuk</p>')),
      reason: 'content-type-wrong',
    },
  };
}

/** What can be wrong with a distribution point, by name. */
export async function crlFaults(
  pki: DevelopmentPki,
  clock: () => Instant,
): Promise<Readonly<Record<string, RevocationFault>>> {
  const now = clock();
  const stranger = await generateRsaKey(2048);
  const { subject, publicKeyInfo } = parseCertificate(pki.issuing.certificate);
  const list = (thisUpdate: Instant, nextUpdate: Instant, key = pki.issuing.privateKey): Respond =>
    crlBytes(() =>
      encodeRevocationList(
        { issuer: subject.raw, issuerKey: publicKeyInfo, thisUpdate, nextUpdate, revocations: [] },
        key,
        'sha256',
        digests,
      ),
    );
  return {
    'a list that has ended': { respond: list(now - 3 * DAY, now - DAY), reason: 'stale' },
    'a list from the future': { respond: list(now + DAY, now + 2 * DAY), reason: 'stale' },
    'the signature of a stranger': {
      respond: list(now, now + DAY, stranger),
      reason: 'evidence-signature-invalid',
    },
    'the list of another authority': {
      respond: crlBytes(() => currentRevocationList(pki.root, [], now, digests)),
      reason: 'evidence-not-bound',
    },
    garbage: { respond: crlBytes(() => new Uint8Array(300).fill(0x5a)), reason: 'malformed' },
    'a page for people': {
      respond: (_request, response) => answerWith(response, 'text/html', Buffer.from('<p>Masuk</p>')),
      reason: 'malformed',
    },
    'far too much': { respond: crlBytes(() => new Uint8Array(11_000_000)), reason: 'too-large' },
    ...transportFaults(),
  };
}

function transportFaults(): Readonly<Record<string, RevocationFault>> {
  return {
    'a redirect': {
      respond: (_request, response) => {
        response.writeHead(302, { location: 'http://127.0.0.1:9/' });
        response.end();
      },
      reason: 'redirected',
    },
    'an error page': {
      respond: (_request, response) => {
        response.writeHead(503);
        response.end();
      },
      reason: 'http-status',
    },
    'a cut connection': {
      respond: (_request, response) => void response.destroy(),
      reason: 'connection-failed',
    },
    silence: { respond: () => undefined, reason: 'timeout' },
  };
}

function refusing(status: (typeof OcspRefusal)[keyof typeof OcspRefusal], reason: string): RevocationFault {
  return { respond: ocspBytes(() => encodeOcspRefusal(status)), reason };
}

function spoiledOcsp(
  request: Uint8Array,
  spoiled: Partial<OcspAnswer>,
  responder: Identity,
  now: Instant,
): Uint8Array {
  const { ids, nonce } = readOcspRequest(request);
  const answers = ids.map(
    ({ raw }): OcspAnswer => ({
      id: raw,
      status: { kind: 'good' },
      thisUpdate: now,
      nextUpdate: now + 3_600_000,
      ...spoiled,
    }),
  );
  return encodeOcspResponse({ answers, producedAt: now, nonce }, responder, digests);
}

function ocspRequestFor(pki: DevelopmentPki, serialNumber: Uint8Array): Uint8Array {
  const issuer = parseCertificate(pki.issuing.certificate);
  const certificate = { ...parseCertificate(pki.signers.pejabat.certificate), serialNumber };
  return encodeOcspRequest({ certificate, issuer, digests });
}

function ocspBytes(answer: (request: Uint8Array) => Uint8Array): Respond {
  return (request, response) => answerWith(response, 'application/ocsp-response', answer(request));
}

function crlBytes(answer: () => Uint8Array): Respond {
  return (_request, response) => answerWith(response, 'application/pkix-crl', answer());
}
