// The trust list of a run: TEKEN_TRUST_DIR and what --trust names, put together.

import { readFileSync, statSync } from 'node:fs';
import type { Instant } from '../asn1/values.ts';
import { MalformedCertificate, parseCertificate } from '../pki/certificate.ts';
import { demoteDevelopmentAnchors } from '../pki/development-marker.ts';
import { certificatesInFile } from '../pki/pem.ts';
import { type TrustAnchor, type TrustList, TrustListRefused, trustListOf } from '../pki/trust-list.ts';
import type { Digests } from '../platform/platform.ts';
import { loadTrustDirectory, TrustDirectoryRefused } from '../trust-services/trust-directory.ts';
import { systemReason } from './system-reason.ts';
import { UsageError } from './usage-error.ts';

export interface TrustOptions {
  readonly digests: Digests;
  /** In production a development anchor is a test anchor, whoever names it. */
  readonly production: boolean;
  readonly now: Instant;
}

/**
 * Loads and joins trust lists. Without any, the list is empty: integrity can still be judged, and every issuer is unknown.
 * @throws UsageError `trust-unusable`
 */
export function loadTrust(places: readonly string[], options: TrustOptions): TrustList {
  const lists = places.map((place) => loadPlace(place, options));
  const [first] = lists;
  return first !== undefined && lists.length === 1 ? first : joined(lists, options);
}

function joined(lists: readonly TrustList[], { digests, now }: TrustOptions): TrustList {
  const anchors = new Map<string, TrustAnchor>();
  for (const anchor of lists.flatMap((list) => list.anchors)) {
    const key = Buffer.from(anchor.certificate.der).toString('base64');
    // The list that is named first says what its anchors are for.
    if (!anchors.has(key)) anchors.set(key, anchor);
  }
  return trustListOf({
    anchors: [...anchors.values()],
    intermediates: lists.flatMap((list) => list.intermediates),
    // The oldest tells how old the whole may be.
    asOf: Math.min(now, ...lists.map(({ asOf }) => asOf)),
    version: lists.length === 0 ? 'none' : lists.map(({ version }) => version).join('+'),
    digests,
  });
}

function loadPlace(place: string, options: TrustOptions): TrustList {
  try {
    const facts = statSync(place);
    return facts.isDirectory()
      ? loadTrustDirectory(place, options)
      : certificatesList(place, facts.mtimeMs, options);
  } catch (cause) {
    throw new UsageError('trust-unusable', { file: place, reason: reasonOf(cause) }, cause);
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof TrustDirectoryRefused) return `${cause.code}: ${cause.where}`;
  if (cause instanceof TrustListRefused) return `${cause.code}: ${cause.entry}`;
  if (cause instanceof MalformedCertificate || cause instanceof NoAuthority) return cause.code;
  return systemReason(cause);
}

class NoAuthority extends Error {
  readonly code: 'no-certificate' | 'not-a-certification-authority';

  constructor(code: 'no-certificate' | 'not-a-certification-authority') {
    super(code);
    this.name = 'NoAuthority';
    this.code = code;
  }
}

/** Every certificate of the file is an anchor for everything: whoever names a file on the command line means that. */
function certificatesList(
  file: string,
  changedAt: Instant,
  { digests, production }: TrustOptions,
): TrustList {
  const certificates = certificatesInFile(readFileSync(file)).map(parseCertificate);
  if (certificates.length === 0) throw new NoAuthority('no-certificate');
  // Version 1 roots know no basicConstraints.
  if (certificates.some(({ version, basicConstraints }) => version === 3 && basicConstraints?.ca !== true)) {
    throw new NoAuthority('not-a-certification-authority');
  }
  const list = trustListOf({
    anchors: certificates.map((certificate) => ({
      certificate,
      role: 'active',
      purposes: ['signature', 'seal', 'timestamp'],
      psreInduk: false,
    })),
    intermediates: [],
    asOf: Math.trunc(changedAt),
    digests,
  });
  return production ? demoteDevelopmentAnchors(list, digests) : list;
}
