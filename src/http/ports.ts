// What the service's HTTP face is given: everything that does something. It is wired in server.ts.

import type { FastifyBaseLogger } from 'fastify';
import type { AuditLog } from '../audit/audit-log.ts';
import type { ApiClients } from '../identity/api-clients.ts';
import type { IdentityEvidence } from '../identity/identity-evidence.ts';
import type { Registrations } from '../identity/registrations.ts';
import type { SealActivations } from '../identity/seal-activation.ts';
import type { SignerStatus } from '../identity/signer-status.ts';
import type { IdentityClaim } from '../identity/validate-identity.ts';
import type {
  Activation,
  AnchorPlacement,
  BatchDocument,
  BatchOptions,
  BatchOutcome,
  ChosenAnchor,
  CollisionPolicy,
  DeviceStatement,
  DocumentVersions,
  FieldLock,
  Instant,
  Level,
  PermittedChanges,
  Placement,
  Preflight,
  PreparedSignature,
  RaisedDocument,
  RaisedLevel,
  SignatureAlgorithm,
  SignerOffer,
  Source,
  ToBeSigned,
  TrustList,
  VerificationReport,
  VisibleWish,
} from '../index.ts';
import type { CheckedCode } from '../letters/check-letter-code.ts';
import type { LetterLink } from '../letters/letter-link.ts';
import type { ServiceMetrics } from '../metrics/service-metrics.ts';
import type { IdempotencySlots, RateCounters } from '../state/ports.ts';
import type { Tracer } from '../tracing/trace-context.ts';
import type { SigningPage } from './signing-page.ts';

/** Where a visible signature goes, in points of the page as displayed. */
export type PlacementOrder = Placement;
/** The same by a text that stands there. */
export type AnchorOrder = AnchorPlacement;
/** What it shows beside name and time. */
export type VisibleOrder = VisibleWish;

/** What a client asked for, of whatever signer. */
export interface SignatureOrder {
  readonly source: Source;
  /** Opens an encrypted document; zeroed by the caller. */
  readonly password: Uint8Array | null;
  readonly level: Level;
  /** An existing empty field, or the name of the new one; null lets the signer choose. */
  readonly fieldName: string | null;
  readonly placement: PlacementOrder | AnchorOrder | null;
  /** Null for a signature that shows nothing. */
  readonly appearance: VisibleOrder | null;
  readonly collision?: CollisionPolicy;
  /** Of a new field that nobody names. */
  readonly newFieldName?: string;
  readonly reason: string | null;
  readonly location: string | null;
  readonly contactInfo?: string | null;
  /** What may still change afterwards; null certifies nothing. */
  readonly certification?: PermittedChanges | null;
  /** Form fields that may not change any more. */
  readonly lock?: FieldLock | null;
  readonly signal: AbortSignal;
}

/** What the code of a letter says beside what the service itself knows. */
export interface LetterOrder {
  readonly number: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly subject: string;
  readonly agency: string;
}

/** One signature that a client asked for. */
export interface SigningOrder extends SignatureOrder {
  /** Who asks for whose signature; nothing of it is believed yet. */
  readonly claim: IdentityClaim;
  readonly activation: Activation;
  /** The QR of the block becomes the sealed code of this letter. */
  readonly letter?: LetterOrder | null;
}

/** Whether a secret is the signer's: for who asks again for what was signed already. */
export type ProvingOrder = Pick<SigningOrder, 'claim' | 'activation' | 'signal'>;

export interface SignerAccount {
  readonly id: string;
  /** As the registry or else the certificate says it; null where neither does. */
  readonly name: string | null;
  readonly status: SignerStatus;
  /** DER, the signer's own certificate first; empty where no key is open. */
  readonly chain: readonly Uint8Array[];
  readonly secondFactor: 'totp' | 'email' | null;
  /** A service elsewhere holds the key, and takes one-time codes of its own. */
  readonly keyAtService: boolean;
  /** What a person has to give for the key itself; null: the key's holder alone can tell. */
  readonly activation: Activation['kind'] | null;
}

/** Many signatures that a client asked for at once; `label` of a document is the name of its file. */
export interface BatchOrder extends Omit<SigningOrder, 'source' | 'letter'> {
  readonly documents: AsyncIterable<OrderedDocument>;
  /** How many documents were announced. */
  readonly count: number;
  readonly onFailure: BatchOptions['onFailure'];
}

export type OrderedDocument = BatchDocument<string | null> & { readonly letter?: LetterOrder | null };

/** The first of two steps: the key is elsewhere. */
export interface PreparingOrder extends SignatureOrder {
  /** As the registry knows it, or what somebody outside it offers. */
  readonly signer: string | SignerOffer;
  /** Null: the signer's preferred one. */
  readonly algorithm: SignatureAlgorithm | null;
  /** As for one step. */
  readonly letter?: LetterOrder | null;
  /** Where the person comes back to who authorises the signature in a browser; null: the caller brings the value. */
  readonly redirectUri?: string | null;
  /** Who asks, and who alone may ask for the second step. */
  readonly claim: IdentityClaim;
}

export interface PreparedOutcome
  extends Pick<PreparedSignature, 'algorithm' | 'digestAlgorithm' | 'chain' | 'fieldName' | 'level'> {
  /** What the key signs. */
  readonly item: ToBeSigned;
  readonly token: Uint8Array;
  readonly expiresAt: Instant;
  /** Where the person authorises it; null where nobody is asked by browser. */
  readonly authorization: { readonly url: string; readonly state: string } | null;
  readonly identity: IdentityEvidence;
}

/** The second step. */
export interface CompletingOrder {
  readonly source: Source;
  /** As for the first step. */
  readonly password: Uint8Array | null;
  readonly token: Uint8Array;
  /** What the key has signed; or what the person came back with from the service that holds it. */
  readonly proof:
    | { readonly kind: 'value'; readonly value: Uint8Array }
    | { readonly kind: 'code'; readonly code: string; readonly state: string };
  readonly client: IdentityClaim['client'];
  readonly signal: AbortSignal;
}

export interface TwoSteps {
  /** @throws MalformedPdf, SigningRefused, SigningFailed, SignerFailed, TrustServiceFailed, as `complete` */
  prepare(order: PreparingOrder): Promise<PreparedOutcome>;
  complete(order: CompletingOrder): Promise<SigningOutcome>;
}

/** A signature that is not made, only looked at beforehand. */
export interface PreflightOrder extends SignatureOrder {
  readonly client: IdentityClaim['client'];
  /** As the registry knows it; null: the document and the place alone. */
  readonly signer: string | null;
  /** Null: the signer's preferred one. */
  readonly algorithm: SignatureAlgorithm | null;
  /** Whether time-stamp and revocation services are asked. */
  readonly probe: 'services' | 'nothing';
}

/** What was signed; the verifier has accepted it. */
export interface SigningOutcome {
  /** To be appended to the source. */
  readonly update: Uint8Array;
  readonly fieldName: string;
  readonly level: Level;
  readonly algorithm: string;
  /** Of the signer, DER. */
  readonly certificateDer: Uint8Array;
  /** DER; null at B-B. */
  readonly timestampToken: Uint8Array | null;
  /** What was found out about who signed. */
  readonly identity: IdentityEvidence;
  /** The document was damaged, and what was appended makes it whole. */
  readonly repaired?: boolean;
  /** Which occurrence of a text decided the place; null unless one was asked for. */
  readonly anchor?: ChosenAnchor | null;
  /** What the signature covers, where that was only to be told. */
  readonly collisions?: readonly { readonly kind: string; readonly box: readonly number[] }[];
}

/** A signed document whose level is to be raised. */
export interface RaisingOrder extends Pick<SignatureOrder, 'source' | 'password' | 'signal'> {
  readonly level: RaisedLevel;
}

/** What was raised; the verifier has accepted it. */
export interface RaisedOutcome
  extends Pick<
    RaisedDocument,
    'update' | 'level' | 'documentTimestamps' | 'renewBefore' | 'leftAsTheyWere'
  > {}

/** Letters that lie with an agency. */
export interface LetterLinks {
  /** Null where the text is no web address. */
  read(text: string): LetterLink | null;
  /** @throws HttpProblem `letter-unavailable`, `file-too-large` */
  fetch(link: LetterLink, signal: AbortSignal): Promise<Uint8Array>;
}

/** @throws IdentityRefused, SharedStateUnavailable */
export type ApproveDocument = (
  claim: IdentityClaim,
  signer: string,
  signal: AbortSignal,
) => Promise<{ readonly token: string; readonly expiresAt: Instant; readonly identity: IdentityEvidence }>;

/** @throws IdentityRefused, SharedStateUnavailable, CodeNotDelivered */
export type SendCode = (client: IdentityClaim['client'], signer: string, documents: number) => Promise<void>;

/** A verification report that is to be drawn. */
export interface PaperOrder {
  readonly language: 'id' | 'en';
  readonly requestId: string;
  /** As the sender named it, null where it has no name. */
  readonly fileName: string | null;
  readonly signal: AbortSignal;
}

/** It as a PDF; without a seal where the service has no key of its own, and then it says so on each page. */
export interface ReportPaper {
  readonly file: Uint8Array;
  readonly sealed: boolean;
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** A stable word, never a value that somebody else wrote. */
  readonly reason: string | null;
}

export interface AppServices {
  /** Null: no spans are recorded. */
  readonly tracer: Tracer | null;
  /**
   * Judges a document; what is wrong with it is in the report.
   * @param password - opens it where it is encrypted; zeroed by the caller when the report is there
   * @param detail - whether every building block is to be in the report
   * @throws only for what is no fault of the document
   */
  verify(
    file: Uint8Array,
    signal: AbortSignal,
    password: Uint8Array | null,
    detail: boolean,
  ): Promise<VerificationReport>;
  /** The report of a check as a PDF, sealed by the service. @throws HttpProblem `report-unavailable`, `overloaded` */
  paper(report: VerificationReport, order: PaperOrder): Promise<ReportPaper>;
  /**
   * Judges a document that stays on a device, by what that states of it.
   * @throws DocumentNeeded; else as `verify`
   */
  verifyStatement(statement: DeviceStatement, signal: AbortSignal): Promise<VerificationReport>;
  /** The versions that a document holds. @param password - as above @throws MalformedPdf */
  versions(file: Uint8Array, signal: AbortSignal, password: Uint8Array | null): Promise<DocumentVersions>;
  /** @throws MalformedPdf, SigningRefused, SigningFailed, SignerFailed, TrustServiceFailed */
  sign(order: SigningOrder): Promise<SigningOutcome>;
  /**
   * Outcomes as they are ready, in the order of the documents.
   * @throws SigningRefused `batch-too-large`, SignerFailed; then no document was read
   */
  signBatch(order: BatchOrder): Promise<AsyncIterable<BatchOutcome<string | null>>>;
  /** Raises every signature of a document; broken ones are left as they are. @throws as `sign` */
  raise(order: RaisingOrder): Promise<RaisedOutcome>;
  /** Tries the secret of a signer and signs nothing. @throws as `sign` */
  prove(order: ProvingOrder): Promise<void>;
  /**
   * What is known of a signer without using its key; null for nobody, and for whom this client may not ask.
   * @param name - identifier, NIK or e-mail address
   */
  account(client: IdentityClaim['client'], name: string): SignerAccount | null;
  /** Results that are fetched later: behind a link, or by the id of a document. */
  readonly slots: IdempotencySlots;
  /** Results of requests that may come again; null: each is carried out. */
  readonly repeats: IdempotencySlots | null;
  /** Null where no keys are configured to seal what is carried from one step to the other. */
  readonly twoSteps: TwoSteps | null;
  /** Says what signing would do. @throws SignerFailed for a signer that is not known; TrustServiceFailed `deadline-exceeded` */
  preflight(order: PreflightOrder): Promise<Preflight>;
  /** Where every attempt to sign is recorded before its answer leaves. */
  readonly audit: Pick<AuditLog, 'append' | 'reference' | 'receipt' | 'published'>;
  /** Checks the code of a letter. */
  checkLetterCode(code: string): Promise<CheckedCode>;
  /** Letters behind the addresses of their QR codes; absent: none are fetched. */
  readonly letterLinks?: LetterLinks;
  /** The certificate of the service's own seal; null where none is configured. */
  readonly seal: { readonly certificateDer: Uint8Array } | null;
  /** Null where no keys are configured to seal an approval. */
  readonly approve: ApproveDocument | null;
  /** Who applies for an account through the compatible API. */
  readonly registrations: Registrations;
  /** Codes of agencies' seals for applications of the compatible API. */
  readonly sealActivations: SealActivations;
  /**
   * Has the service that holds a signer's key give the signer a code; false where there is none to ask.
   * @throws SignerFailed
   */
  requestKeyCode(
    client: IdentityClaim['client'],
    name: string,
    documents: number,
    signal: AbortSignal,
  ): Promise<boolean>;
  /** Null where codes are not sent by mail. */
  readonly sendCode: SendCode | null;
  /** Null where no page for officials is configured. */
  readonly signingPage: SigningPage | null;
  readonly clients: ApiClients;
  /** Counts what clients ask for. */
  readonly rates: RateCounters;
  readonly metrics: ServiceMetrics;
  /** Null: plain HTTP, where a proxy ends TLS. */
  readonly tls: TlsSettings | null;
  /** The list in force at this moment. */
  trustList(): TrustList;
  /** The checks that decide whether requests may come; time-stamp and revocation services are not among them. */
  readiness(): Promise<readonly Check[]>;
  /** What does not work at the moment and keeps no request away. */
  degraded?(): readonly Check[];
  /** Whether one document more to verify would be refused. */
  isFull?(): boolean;
  now(): Instant;
  /** For waiting and measuring; grows whatever happens to the clock. */
  monotonicMs(): number;
  randomBytes(length: number): Uint8Array;
  readonly log: FastifyBaseLogger;
  readonly settings: AppSettings;
}

/** What the service shows of itself over TLS, and of whom it asks a certificate; all in PEM. */
export interface TlsSettings {
  readonly certificate: string;
  readonly privateKey: string;
  /** Authorities of clients' certificates; null: nobody is asked for one. */
  readonly clientAuthorities: string | null;
}

export interface AppSettings {
  readonly production: boolean;
  readonly maxUploadMegabytes: number;
  readonly signDeadlineMs: number;
  readonly verifyDeadlineMs: number;
  readonly defaultLevel: Level;
  readonly timeZone: string;
  readonly tool: { readonly version: string; readonly commit: string };
  /** Whose service it is; null: nobody's in particular. */
  readonly agency: Readonly<Record<'id' | 'en', string>> | null;
  /** Addresses and networks of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Whether their Client-Cert is believed too. */
  readonly proxyCertificates: boolean;
}
