// A document time-stamp as an item of the report (EN 319 142-1, 5.4.3). It can break a document's verdict, never make one.

import { Oid } from '../asn1/oids.ts';
import { hex } from '../asn1/values.ts';
import { fingerprintOf } from '../pki/fingerprint.ts';
import { attributeOf, commonNameOf, nameText } from '../pki/name.ts';
import { detailsOf } from './detail-signature.ts';
import type { JudgingContext } from './judge-chain.ts';
import type { JudgedSignature, SignatureSurroundings } from './judge-signature.ts';
import type { TimestampJudgement } from './judge-timestamp.ts';
import { claimOf, type ReadSignature } from './read-signature.ts';
import type { Finding, Reason, SubIndication } from './report.ts';
import { chainFailure } from './revoked-authority.ts';
import { reason } from './signing-time.ts';
import { accepted, type Conclusion, failed, indeterminate, worstConclusion } from './verdict.ts';

/** @param judgement - of its token; null where none could be read */
export function judgeDocumentTimestamp(
  signature: ReadSignature,
  judgement: TimestampJudgement | null,
  surroundings: Pick<SignatureSurroundings, 'changesAfter' | 'changeFindings' | 'labelled' | 'provenBy'>,
  context: JudgingContext,
): JudgedSignature {
  const findings: readonly Finding[] = [
    ...signature.findings,
    ...(judgement?.findings ?? []),
    ...surroundings.changeFindings,
  ];
  const conclusions: Conclusion[] = [];
  const reasons: Reason[] = [];
  const has = (effect: Finding['effect']): boolean => findings.some((finding) => finding.effect === effect);
  const conclude = (conclusion: Conclusion, why: Reason): void => {
    conclusions.push(conclusion);
    reasons.push(why);
  };
  if (has('hash')) conclude(failed('MODIFIED', 'HASH_FAILURE'), reason('DIGEST_MISMATCH'));
  if (has('structure')) conclude(failed('INVALID', 'FORMAT_FAILURE'), reason('STRUCTURE_INVALID'));
  if (has('value')) conclude(failed('INVALID', 'SIG_CRYPTO_FAILURE'), reason('SIGNATURE_VALUE_MISMATCH'));
  if (has('constraint'))
    conclude(indeterminate('INVALID', 'SIG_CONSTRAINTS_FAILURE'), reason('TIMESTAMP_REJECTED'));
  if (has('change'))
    conclude(failed('CHANGED_AFTER_LAST_SIGNATURE', 'FORMAT_FAILURE'), reason('BYTES_NOT_COVERED'));
  for (const [conclusion, why] of concludeTrust(judgement)) conclude(conclusion, why);
  const certificate = judgement?.chain?.certificates[0] ?? null;
  const conclusion = worstConclusion(conclusions);
  const changed = has('hash') || has('value');
  return {
    chains: judgement?.chain == null ? [] : [judgement.chain],
    report: {
      ...conclusion,
      kind: 'doc-timestamp',
      fieldName: signature.fieldName,
      subFilter: signature.subFilter,
      level: 'DOC-TIMESTAMP',
      deviations: [],
      revision: signature.coverage.revision === null ? null : signature.coverage.revision + 1,
      integrity: {
        status: changed
          ? 'CHANGED'
          : has('structure') || judgement === null
            ? 'UNREADABLE'
            : has('change')
              ? 'ADDED'
              : 'INTACT',
        coversWholeFile: signature.coverage.coversWholeFile,
        changesAfter: surroundings.changesAfter,
      },
      identity: { status: judgement?.chain?.anchor == null ? 'UNKNOWN' : 'TRUSTED' },
      signer:
        certificate === null
          ? null
          : {
              commonName: commonNameOf(certificate.subject),
              organization: attributeOf(certificate.subject, Oid.organizationName),
              issuer: nameText(certificate.issuer),
              issuerCommonName: commonNameOf(certificate.issuer),
              certifiedByPsre: judgement?.chain?.anchor?.psreInduk === true,
              serial: hex(certificate.serialNumber),
              notBefore: certificate.notBefore,
              notAfter: certificate.notAfter,
              fingerprint: fingerprintOf(certificate, context.digests),
            },
      time:
        judgement === null || judgement.status === 'rejected'
          ? null
          : {
              value: judgement.genTime,
              source: 'timestamp',
              tsa: judgement.authority,
              claimed: null,
              skewSeconds: null,
            },
      revocation: null,
      page: null,
      rect: null,
      rules: signature.rules,
      claims: { reason: claimOf(signature, 'Reason'), location: claimOf(signature, 'Location') },
      reasons,
      findings,
      forecast: null,
      details: detailsOf(
        {
          conclusion,
          conclusions,
          findings,
          chain: judgement?.chain ?? null,
          timestamps: surroundings.labelled,
          slid: null,
          provenSince: surroundings.provenBy,
          cms: signature.cms,
          digestAlgorithm: judgement?.check?.signer.digestAlgorithm ?? null,
          scheme: judgement?.check?.signer.scheme ?? null,
        },
        context,
      ),
    },
  };
}

type Concluded = readonly [Conclusion, Reason];

/** What is concluded from outside of the token: its authority, its algorithms, its time. */
function concludeTrust(judgement: TimestampJudgement | null): readonly Concluded[] {
  if (judgement?.chain?.anchor == null) {
    const unknown = indeterminate('UNKNOWN_ISSUER', chainFailure(judgement?.chain ?? null));
    return [[unknown, reason('ISSUER_NOT_LISTED')]];
  }
  const { chain, status, refusal, weak, expired } = judgement;
  if (chain.anchor?.role === 'test') {
    return [[indeterminate('TEST_CERTIFICATE', 'CHAIN_CONSTRAINTS_FAILURE'), reason('TEST_ANCHOR')]];
  }
  if (status === 'undetermined') {
    return [[indeterminate('UNKNOWN_REVOCATION', 'TRY_LATER'), reason('REVOCATION_UNKNOWN')]];
  }
  if (refusal !== null) return [concludeRefusal(refusal, weak)];
  return expired ? [[accepted('VALID_WITH_NOTES'), reason('TSA_EXPIRED')]] : [];
}

function concludeRefusal(refusal: SubIndication, weak: TimestampJudgement['weak']): Concluded {
  switch (refusal) {
    case 'CRYPTO_CONSTRAINTS_FAILURE':
    case 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE':
      return [
        indeterminate('WEAK_ALGORITHM', refusal),
        reason('KEY_WEAK', { name: weak.find(({ never }) => never)?.name ?? weak[0]?.name ?? null }),
      ];
    case 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE':
      return [indeterminate('UNKNOWN_ISSUER', refusal), reason('ISSUER_NOT_LISTED')];
    case 'SIG_CRYPTO_FAILURE':
      return [failed('INVALID', refusal), reason('SIGNATURE_VALUE_MISMATCH')];
    case 'HASH_FAILURE':
    case 'FORMAT_FAILURE':
    case 'SIG_CONSTRAINTS_FAILURE':
      // The finding behind it was concluded already, in the words that fit it.
      return [indeterminate('TIME_UNPROVABLE', 'NO_POE'), reason('TIMESTAMP_REJECTED')];
    default:
      return [indeterminate('TIME_UNPROVABLE', refusal), reason('TIMESTAMP_REJECTED')];
  }
}
