// Time-stamp authorities that go wrong, one fault each: real answers over the development PKI, spoiled in one place.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Test } from 'tap';
import { type DevelopmentPki, type Identity, issueIdentity } from '../../certs-dev/certificate-authority.ts';
import { criticalExtendedKeyUsage } from '../../certs-dev/encode-extensions.ts';
import { generateRsaKey } from '../../certs-dev/generate-keys.ts';
import { type CertificateProfile, DevelopmentPolicy, timestampProfile } from '../../certs-dev/profile.ts';
import { answerTimestampRequest, signTstInfo } from '../../certs-dev/timestamp-authority.ts';
import { parseElement } from '../../src/asn1/element.ts';
import { encodeSequence } from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import type { Instant } from '../../src/asn1/values.ts';
import { encodeTimestampResponse, parseTimestampRequest } from '../../src/cms/timestamp.ts';
import { encodeTstInfo } from '../../src/cms/timestamp-token.ts';
import type { Extension } from '../../src/pki/certificate.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import type { DigestAlgorithm } from '../../src/platform/platform.ts';
import { answerWith, bodyOf, type LoopbackServer, startLoopbackServer } from './loopback-server.ts';

const REPLY = 'application/timestamp-reply';
const DAY = 86_400_000;

type Respond = (request: Uint8Array, response: ServerResponse) => void;

/** An authority that answers every request as `respond` says. */
export function startAuthority(t: Test, respond: Respond): Promise<LoopbackServer> {
  return startLoopbackServer(t, (request: IncomingMessage, response) => {
    bodyOf(request).then(
      (body) => respond(body, response),
      (error: unknown) => response.destroy(error as Error),
    );
  });
}

/** What a faulty authority puts into its TSTInfo instead of the right thing. */
type Spoiled = Partial<Parameters<typeof encodeTstInfo>[0]>;

export interface TimestampFault {
  readonly respond: Respond;
  /** The reason that a client must give. */
  readonly reason: string;
}

/** The faults by name. @param clock - what the authority holds for the time */
export async function timestampFaults(
  pki: DevelopmentPki,
  clock: () => Instant,
): Promise<Readonly<Record<string, TimestampFault>>> {
  const key = await generateRsaKey(2048);
  const issue = (profile: CertificateProfile, from = -DAY, to = DAY): Identity =>
    issueIdentity({ baseUrl: pki.baseUrl, platform: nodePlatform }, pki.issuing, {
      privateKey: key,
      profile,
      validity: { notBefore: clock() + from, notAfter: clock() + to },
    });
  const granting = (spoiled: Spoiled, authority: Identity = pki.tsa): Respond =>
    bytes((request) => grant(request, spoiled, authority, clock()));
  const weakKey = await generateRsaKey(1024);
  return {
    'wrong nonce': { respond: granting({ nonce: 42n }), reason: 'nonce-mismatch' },
    'no nonce': { respond: granting({ nonce: null }), reason: 'nonce-mismatch' },
    'another imprint': { respond: granting({ digest: new Uint8Array(32) }), reason: 'imprint-mismatch' },
    'another digest algorithm': {
      respond: granting({ algorithm: 'sha512', digest: new Uint8Array(64) }),
      reason: 'imprint-mismatch',
    },
    'a clock ten minutes slow': {
      respond: granting({ genTime: clock() - 600_000 }),
      reason: 'clock-deviates',
    },
    'a clock two minutes fast': {
      respond: granting({ genTime: clock() + 120_000 }),
      reason: 'clock-deviates',
    },
    'an expired certificate': {
      respond: granting({}, issue(timestampProfile, -3 * DAY, -DAY)),
      reason: 'timestamp-certificate-not-in-force',
    },
    'a certificate that is not yet valid': {
      respond: granting({}, issue(timestampProfile, DAY, 3 * DAY)),
      reason: 'timestamp-certificate-not-in-force',
    },
    "a signer's certificate": { respond: granting({}, pki.signers.pejabat), reason: 'timestamp-key-usage' },
    'a usage that is not critical': {
      respond: granting({}, issue(withUsage(notCritical(criticalExtendedKeyUsage(Oid.ekuTimeStamping))))),
      reason: 'timestamp-key-usage',
    },
    'a second usage': {
      respond: granting(
        {},
        issue(withUsage(criticalExtendedKeyUsage(Oid.ekuTimeStamping, Oid.ekuEmailProtection))),
      ),
      reason: 'timestamp-key-usage',
    },
    'an unknown issuer': { respond: granting({}, selfIssued(pki, key, clock())), reason: 'path no-path' },
    'a key of 1024 bits': {
      respond: granting(
        {},
        issueIdentity({ baseUrl: pki.baseUrl, platform: nodePlatform }, pki.issuing, {
          privateKey: weakKey,
          profile: timestampProfile,
          validity: { notBefore: clock() - DAY, notAfter: clock() + DAY },
        }),
      ),
      reason: 'algorithm-weak',
    },
    'no certificate': {
      respond: bytes((request) =>
        answerTimestampRequest(pki.tsa, withoutCertificateRequest(request), clock(), nodePlatform),
      ),
      reason: 'signing-certificate-not-found',
    },
    'a signature of somebody else': {
      respond: granting({}, { ...pki.tsa, privateKey: key }),
      reason: 'signature-value-mismatch',
    },
    'a changed TSTInfo': {
      respond: bytes((request) => tampered(request, pki, clock())),
      reason: 'digest-mismatch',
    },
    'a rejection': {
      respond: bytes(() =>
        encodeTimestampResponse({
          status: 'rejection',
          failureInfo: 'systemFailure',
          statusText: 'gangguan',
        }),
      ),
      reason: 'not-granted rejection systemFailure',
    },
    'a promise to answer later': {
      respond: bytes(() =>
        encodeTimestampResponse({
          status: 'waiting',
          failureInfo: 'timeNotAvailable',
          statusText: 'tunggu',
        }),
      ),
      reason: 'not-granted waiting timeNotAvailable',
    },
    'granted without a token': {
      respond: bytes(() => encodeSequence(encodeSequence(Uint8Array.of(2, 1, 0)))),
      reason: 'token-missing',
    },
    garbage: { respond: bytes(() => new Uint8Array(512).fill(0x5a)), reason: 'response-malformed' },
    'an answer that is cut off': {
      respond: bytes((request) => grant(request, {}, pki.tsa, clock()).subarray(0, 700)),
      reason: 'response-malformed',
    },
    'a page for people': {
      respond: (_request, response) =>
        answerWith(response, 'text/html', Buffer.from('<h1>Pemeliharaan</h1>')),
      reason: 'content-type-wrong',
    },
    'far too much': {
      respond: (_request, response) => answerWith(response, REPLY, new Uint8Array(1_000_000)),
      reason: 'too-large',
    },
    'a redirect': {
      respond: (_request, response) => {
        response.writeHead(307, { location: `${pki.baseUrl}/tsa` });
        response.end();
      },
      reason: 'redirected',
    },
    'an error page': {
      respond: (_request, response) => {
        response.writeHead(500);
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

/** The right answer, in a form that tests can spoil. */
export function grant(request: Uint8Array, spoiled: Spoiled, authority: Identity, now: Instant): Uint8Array {
  const { imprint, nonce } = parseTimestampRequest(request);
  const tstInfo = encodeTstInfo({
    policy: DevelopmentPolicy.timestamp,
    algorithm: imprint.algorithm as DigestAlgorithm,
    digest: imprint.digest,
    serialNumber: Uint8Array.of(1),
    genTime: now,
    nonce,
    ...spoiled,
  });
  const token = signTstInfo(authority, tstInfo, nodePlatform);
  return encodeTimestampResponse({ status: 'granted', token });
}

// certReq is the last field, a BOOLEAN of three octets.
function withoutCertificateRequest(request: Uint8Array): Uint8Array {
  return encodeSequence(parseElement(request, 'TimeStampReq').content.subarray(0, -3));
}

function bytes(answer: (request: Uint8Array) => Uint8Array): Respond {
  return (request, response) => answerWith(response, REPLY, answer(request));
}

// A serial number changed after signing: lengths, nonce and imprint stay right.
function tampered(request: Uint8Array, pki: DevelopmentPki, now: Instant): Uint8Array {
  const serialNumber = Uint8Array.from({ length: 16 }, (_, i) => 0x41 + i);
  const response = grant(request, { serialNumber }, pki.tsa, now);
  const at = Buffer.from(response).indexOf(Buffer.from(serialNumber));
  response[at + 15] = 0x7f;
  return response;
}

function withUsage(usage: Extension): CertificateProfile {
  return {
    subject: timestampProfile.subject,
    extensions: (context) => [
      ...timestampProfile.extensions(context).filter(({ oid }) => oid !== Oid.extendedKeyUsage),
      usage,
    ],
  };
}

function notCritical(extension: Extension): Extension {
  return { ...extension, critical: false };
}

// Named as issued by the ended anchor, which never signed it.
function selfIssued(pki: DevelopmentPki, privateKey: Identity['privateKey'], now: Instant): Identity {
  const impostor: Identity = { ...pki.legacy, privateKey, chain: [] };
  return issueIdentity({ baseUrl: pki.baseUrl, platform: nodePlatform }, impostor, {
    privateKey,
    profile: timestampProfile,
    validity: { notBefore: now - DAY, notAfter: now + DAY },
  });
}

/** An authority without a fault. */
export function soundAuthority(pki: DevelopmentPki, clock: () => Instant): Respond {
  return bytes((request) => answerTimestampRequest(pki.tsa, request, clock(), nodePlatform));
}
