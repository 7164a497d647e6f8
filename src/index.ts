// The library's public surface.

export type { Instant } from './asn1/values.ts';
export type { BatchContext, BatchDocument, BatchOptions, BatchOutcome } from './batch/batch-document.ts';
export { signBatch } from './batch/sign-batch.ts';
export { parseTimestampToken } from './cms/timestamp-token.ts';
export { type ActiveContent, type ActiveContentKind, findActiveContent } from './pdf/active-content.ts';
export type { Anchor, AnchorPlacement, ChosenAnchor } from './pdf/anchor.ts';
export type { FieldLock, PermittedChanges } from './pdf/doc-mdp.ts';
export { MalformedPdf, type MalformedPdfCode } from './pdf/errors.ts';
export type { CollisionPolicy } from './pdf/page-spot.ts';
export type { Placement } from './pdf/placement.ts';
export { type Certificate, parseCertificate } from './pki/certificate.ts';
export { isDevelopmentCertificate } from './pki/development-marker.ts';
export { nameText } from './pki/name.ts';
export { certificatesInFile } from './pki/pem.ts';
export type { AnchorPurpose, AnchorRole, TrustAnchor, TrustList } from './pki/trust-list.ts';
export { trustListOf } from './pki/trust-list.ts';
export { bytesSource, type Platform, type Source } from './platform/platform.ts';
export { type EarlierSignature, type Preflight, type PreflightContext, preflight } from './preflight.ts';
export {
  type CompleteAndVerifyContext,
  completeAndVerify,
  type PrepareToSignContext,
  prepareToSign,
} from './prepare-and-complete.ts';
export {
  SignerFailed,
  type SignerFailedCode,
  SigningFailed,
  type SigningFailedCode,
  SigningRefused,
  type SigningRefusedCode,
  TrustServiceFailed,
  type TrustServiceFailedCode,
} from './sign/errors.ts';
export { imageSize } from './sign/image/image-size.ts';
export type {
  Activation,
  CmsSigner,
  Covered,
  DocumentSigner,
  DocumentToSign,
  FoundRevocation,
  Level,
  RawSigner,
  RevocationSource,
  SignatureAlgorithm,
  Signer,
  SignerBackend,
  SignerOffer,
  TimestampSource,
  ToBeSigned,
} from './sign/ports.ts';
export { decodePrepared, encodePrepared } from './sign/prepared-encoding.ts';
export type { PreparedSignature } from './sign/prepared-signature.ts';
export {
  type RaiseContext,
  type RaisedDocument,
  type RaisedLevel,
  raiseLevel,
} from './sign/raise-level.ts';
export {
  MAX_SEALED_BYTES,
  openPrepared,
  type SealContext,
  type SealedPrepared,
  type SealKey,
  sealPrepared,
} from './sign/sealed-prepared.ts';
export { signDocument } from './sign/sign-document.ts';
export type { PrepareContext, SignContext, SignRequest } from './sign/sign-request.ts';
export { type SignedDocument, signedBytes, signedSource } from './sign/signed-document.ts';
export { type CompleteContext, completeDocument, itemOf, prepareDocument } from './sign/two-steps.ts';
export type { VisibleWish } from './sign/visible-signature.ts';
export {
  type CheckContext,
  type RaiseAndVerifyContext,
  type RaisedAndVerified,
  raiseAndVerify,
  type SignAndVerifyContext,
  type SignedAndVerified,
  signAndVerify,
} from './sign-and-verify.ts';
export { openSigner } from './signers/open-signer.ts';
export { offerOfCertificates } from './signers/outside-signer.ts';
export { serviceRefusalIn } from './signers/service-client.ts';
export {
  type DeviceStatement,
  DocumentNeeded,
  type DocumentNeededReason,
} from './verify/device-statement.ts';
export {
  type Evidence,
  type EvidencePack,
  encodeEvidencePack,
  type RecordedCheck,
  type RecordedDigest,
  type RecordedItem,
  type RecordedTool,
} from './verify/evidence-pack.ts';
export { EvidencePackRefused, type EvidencePackRefusedCode } from './verify/pack-fields.ts';
export { DEFAULT_POLICY, type RevocationPolicy, type ValidationPolicy } from './verify/policy.ts';
export type { FetchedRevocation, Receipt, RevocationFetcher, SuppliedItem } from './verify/ports.ts';
export { type RecordedPack, readEvidencePack } from './verify/read-evidence-pack.ts';
export {
  type Replay,
  type ReplayContext,
  type ReplayDifference,
  replayEvidence,
} from './verify/replay.ts';
export {
  type Change,
  classOf,
  type Finding,
  type ProblemCode,
  REASON_CODES,
  type Reason,
  type ReasonCode,
  SIGNATURE_VERDICTS_WORST_FIRST,
  type SignatureReport,
  type SignatureVerdict,
  VERDICTS,
  type Verdict,
  type VerdictClass,
  type VerificationReport,
} from './verify/report.ts';
export {
  type BlockResult,
  BUILDING_BLOCKS,
  type BuildingBlock,
  type SignatureDetails,
} from './verify/report-details.ts';
export {
  type DocumentVersion,
  type DocumentVersions,
  listVersions,
  requireVersion,
  VersionRefused,
  type VersionRefusedCode,
  type VersionsContext,
  versionSource,
} from './verify/revisions.ts';
export { type VerifyContext, verifyDocument } from './verify/verify-document.ts';
export {
  type VerifiedWithEvidence,
  type VerifyWithEvidenceContext,
  verifyWithEvidence,
} from './verify/verify-with-evidence.ts';
