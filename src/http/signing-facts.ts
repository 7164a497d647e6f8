// What the audit keeps of a signature that was made: which certificate, which time-stamp, which bytes.

import { createHash } from 'node:crypto';
import type { AuditFacts } from '../audit/record.ts';
import { identityWords } from '../identity/identity-evidence.ts';
import { nameText, parseCertificate, parseTimestampToken } from '../index.ts';
import { rfc3339 } from '../report/time-text.ts';
import type { SigningOutcome } from './ports.ts';

/** @param document - what is known of the document beside the level and the algorithm */
export function signingFacts(
  outcome: Pick<SigningOutcome, 'certificateDer' | 'timestampToken' | 'level' | 'algorithm'> &
    Partial<Pick<SigningOutcome, 'identity'>>,
  document: AuditFacts['document'],
): AuditFacts {
  const { certificateDer, timestampToken, level, algorithm, identity } = outcome;
  return {
    certificate: certificateFacts(certificateDer),
    document: { ...document, level, algorithm },
    ...(identity === undefined ? {} : { identity: identityWords(identity) }),
    ...(timestampToken === null ? {} : { timestamp: timestampFacts(timestampToken) }),
  };
}

type CertificateFacts = NonNullable<AuditFacts['certificate']>;

// A signer's certificate is the same bytes from one signature to the next.
const read = new WeakMap<Uint8Array, CertificateFacts>();

/** Not the subject: it names a person. */
export function certificateFacts(der: Uint8Array): CertificateFacts {
  const known = read.get(der);
  if (known !== undefined) return known;
  const { serialNumber, issuer } = parseCertificate(der);
  const facts = {
    sha256: createHash('sha256').update(der).digest('hex'),
    serial: Buffer.from(serialNumber).toString('hex'),
    issuer: nameText(issuer),
  };
  read.set(der, facts);
  return facts;
}

function timestampFacts(token: Uint8Array): NonNullable<AuditFacts['timestamp']> {
  const { policy, serialNumber, genTime } = parseTimestampToken(token).tstInfo;
  return { policy, serial: Buffer.from(serialNumber).toString('hex'), genTime: rfc3339(genTime) };
}
