// Runs in a worker of the document pool: reads one document after the other, and nothing else. It has no network and no keys.

import type { Instant } from './asn1/values.ts';
import { MalformedPdf } from './pdf/errors.ts';
import { parseCertificate } from './pki/certificate.ts';
import type { TrustAnchor, TrustList } from './pki/trust-list.ts';
import { nodePlatform } from './platform/node.ts';
import { bytesSource } from './platform/platform.ts';
import { type JobContext, serveJobs } from './platform/worker-jobs.ts';
import { describeFailure } from './platform/worker-pool.ts';
import type { ValidationPolicy } from './verify/policy.ts';
import type { FetchedRevocation } from './verify/ports.ts';
import type { VerificationReport } from './verify/report.ts';
import { type DocumentVersions, listVersions } from './verify/revisions.ts';
import { verifyDocument } from './verify/verify-document.ts';

/** A trust list as bytes, or the number of one that this worker has had. */
export interface SentTrustList {
  readonly number: number;
  readonly list:
    | (Pick<TrustList, 'version' | 'sha256' | 'asOf'> & {
        readonly anchors: readonly (Omit<TrustAnchor, 'certificate'> & { readonly der: Uint8Array })[];
        readonly intermediates: readonly Uint8Array[];
      })
    | null;
}

export interface VerifyJob {
  readonly kind: 'verify';
  readonly file: Uint8Array;
  readonly trust: SentTrustList;
  readonly policy: ValidationPolicy;
  readonly now: Instant;
  readonly detail: boolean;
  /** Whether revocation data may be asked for, by the call `revocation`. */
  readonly asksNetwork: boolean;
  readonly password?: Uint8Array;
  readonly prefixSize?: number;
}

/** Answered with `VersionsOutcome`. */
export interface VersionsJob {
  readonly kind: 'versions';
  readonly file: Uint8Array;
  readonly password?: Uint8Array;
}

export type DocumentJob = VerifyJob | VersionsJob;

/** An error of the document is a result: its class would not survive the way between two workers. */
export type VersionsOutcome =
  | { readonly found: DocumentVersions }
  | { readonly malformed: Pick<MalformedPdf, 'code' | 'values'> };

/** What the call `revocation` carries: DER. */
export interface RevocationQuestion {
  readonly certificate: Uint8Array;
  readonly issuer: Uint8Array;
}

const trustLists = new Map<number, TrustList>();
const KEPT_LISTS = 4;

function trustListOf({ number, list }: SentTrustList): TrustList {
  const known = trustLists.get(number);
  if (known !== undefined) return known;
  if (list === null) throw new Error(`trust list ${number} was never sent`);
  const { anchors, intermediates, ...named } = list;
  const parsed: TrustList = {
    ...named,
    anchors: anchors.map(({ der, ...terms }) => ({ ...terms, certificate: parseCertificate(der) })),
    intermediates: intermediates.map(parseCertificate),
  };
  // The operator exchanges lists for as long as the worker lives; nobody comes back to an old one.
  for (const old of trustLists.keys()) if (trustLists.size >= KEPT_LISTS) trustLists.delete(old);
  trustLists.set(number, parsed);
  return parsed;
}

async function verify(job: VerifyJob, { call, signal }: JobContext): Promise<VerificationReport> {
  const { file, trust, asksNetwork, kind: _, password, ...context } = job;
  const failures: Promise<unknown>[] = [];
  try {
    const report = await verifyDocument(bytesSource(file), {
      ...context,
      ...(password === undefined ? {} : { password }),
      platform: nodePlatform,
      trustList: trustListOf(trust),
      revocation: asksNetwork
        ? {
            fetch: async (certificate, issuer) => {
              const question: RevocationQuestion = { certificate: certificate.der, issuer: issuer.der };
              return (await call('revocation', question)) as FetchedRevocation;
            },
          }
        : null,
      signal,
      onFailure: (error) => failures.push(call('failure', describeFailure(error))),
    });
    await Promise.all(failures);
    return report;
  } finally {
    // This worker's copy; the caller zeroes its own.
    password?.fill(0);
  }
}

async function versions({ file, password }: VersionsJob, { signal }: JobContext): Promise<VersionsOutcome> {
  const context = { platform: nodePlatform, signal, ...(password === undefined ? {} : { password }) };
  try {
    return { found: await listVersions(bytesSource(file), context) };
  } catch (error) {
    if (!(error instanceof MalformedPdf)) throw error;
    return { malformed: { code: error.code, values: error.values } };
  } finally {
    password?.fill(0);
  }
}

serveJobs((job, context) => {
  const wanted = job as DocumentJob;
  return wanted.kind === 'verify' ? verify(wanted, context) : versions(wanted, context);
});
