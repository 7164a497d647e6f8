// A pack comes from anybody: it is read strictly and within bounds, and nothing that can be computed again is taken from it.

import { type Certificate, MalformedCertificate, parseCertificate } from '../pki/certificate.ts';
import { type TrustAnchor, type TrustList, TrustListRefused, trustListOf } from '../pki/trust-list.ts';
import type { DigestAlgorithm, Digests, MlDsa, SignatureScheme } from '../platform/platform.ts';
import { canonicalJson, NotCanonical } from './canonical-json.ts';
import {
  type Evidence,
  PACK_FORMAT,
  PACK_VERSION,
  type RecordedCheck,
  type RecordedDigest,
  type RecordedItem,
  type RecordedTool,
} from './evidence-pack.ts';
import {
  bytes,
  count,
  digestHex,
  EvidencePackRefused,
  type Field,
  instant,
  listOf,
  malformed,
  membersOf,
  oneOf,
  orNull,
  sha256,
  shortText,
  word,
  yesOrNo,
} from './pack-fields.ts';
import { DIGESTS, policy } from './pack-policy.ts';
import type { Inquiry } from './request-rounds.ts';

/** What a pack may hold; the origins are the limits of what is put into one. */
export const PACK_LIMITS = {
  /** 64 MiB of security store in base64 (pdf/limits.ts), lists that were fetched, and the rest. */
  bytes: 192 * 1024 * 1024,
  /** A list of certificates that were revoked, as large as it is fetched. */
  itemBytes: 10 * 1024 * 1024,
  /** 1 000 streams of a security store, 50 certificates in each of 100 signatures. */
  items: 10_000,
  certificates: 2_000,
  inquiries: 100,
  digests: 2_000,
  checks: 50_000,
  keyBytes: 64 * 1024,
} as const;

/** A pack as it was given: what stands in it is claims, its report is text to be compared with. */
export interface RecordedPack {
  readonly evidence: Evidence;
  /** Canonical JSON. */
  readonly report: string;
}

const certificate: Field<Certificate> = (value, at) => {
  try {
    return parseCertificate(bytes(PACK_LIMITS.keyBytes)(value, at));
  } catch (cause) {
    if (cause instanceof MalformedCertificate) throw malformed(at, cause);
    throw cause;
  }
};

const digest = oneOf(...DIGESTS);
const ML_DSA: readonly MlDsa[] = ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'];

const pkcs1 = membersOf<{ kind: 'rsa-pkcs1'; digest: DigestAlgorithm }>({ kind: oneOf('rsa-pkcs1'), digest });
const pss = membersOf<Extract<SignatureScheme, { readonly kind: 'rsa-pss' }>>({
  kind: oneOf('rsa-pss'),
  digest,
  mgfDigest: digest,
  saltLength: count,
});
const withDigest = membersOf<{ kind: 'ecdsa' | 'ecdsa-plain' | 'dsa'; digest: DigestAlgorithm }>({
  kind: oneOf('ecdsa', 'ecdsa-plain', 'dsa'),
  digest,
});
const plain = membersOf<{ kind: 'ed25519' | 'ed448' | MlDsa }>({
  kind: oneOf('ed25519', 'ed448', ...ML_DSA),
});

/** Each kind that arithmetic knows, so that the compiler misses none here. */
const SCHEMES: Readonly<Record<SignatureScheme['kind'], Field<SignatureScheme>>> = {
  'rsa-pkcs1': pkcs1,
  'rsa-pss': pss,
  ecdsa: withDigest,
  'ecdsa-plain': withDigest,
  dsa: withDigest,
  ed25519: plain,
  ed448: plain,
  'ml-dsa-44': plain,
  'ml-dsa-65': plain,
  'ml-dsa-87': plain,
};

const scheme: Field<SignatureScheme> = (value, at) => {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : null;
  const known = typeof kind === 'string' && Object.hasOwn(SCHEMES, kind);
  return (known ? SCHEMES[kind as SignatureScheme['kind']] : plain)(value, at);
};

const anchor = membersOf<TrustAnchor>({
  certificate,
  role: oneOf('active', 'historical', 'test'),
  purposes: listOf(oneOf('signature', 'seal', 'timestamp'), 3),
  psreInduk: yesOrNo,
});

const listMembers = membersOf<TrustList>({
  version: shortText,
  sha256,
  asOf: instant,
  anchors: listOf(anchor, PACK_LIMITS.certificates),
  intermediates: listOf(certificate, PACK_LIMITS.certificates),
});

const item = membersOf<RecordedItem>({
  kind: oneOf('certificate', 'crl', 'ocsp'),
  der: bytes(PACK_LIMITS.itemBytes),
  sha256,
  origin: oneOf('embedded', 'folder', 'cache', 'network'),
  since: orNull(count),
  fetchedAt: orNull(instant),
});

const inquiry = membersOf<Inquiry>({
  certificate: sha256,
  answered: yesOrNo,
  failures: listOf(membersOf({ kind: oneOf('ocsp', 'crl'), reason: word }), 16),
});

const evidenceOf = (digests: Digests): Field<Evidence> =>
  membersOf<Evidence>({
    tool: membersOf<RecordedTool>({ version: shortText, commit: shortText }),
    document: membersOf<Evidence['document']>({ size: count, sha256 }),
    prefixSize: orNull(count),
    now: instant,
    policy,
    trustList: (value, at) => trustListFrom(listMembers(value, at), at, digests),
    items: listOf(item, PACK_LIMITS.items),
    inquiries: listOf(inquiry, PACK_LIMITS.inquiries),
    digests: listOf(
      membersOf<RecordedDigest>({
        cut: count,
        resume: count,
        end: count,
        algorithm: digest,
        value: digestHex,
      }),
      PACK_LIMITS.digests,
    ),
    signatureChecks: listOf(
      membersOf<RecordedCheck>({
        message: sha256,
        publicKey: bytes(PACK_LIMITS.keyBytes),
        scheme,
        signature: bytes(PACK_LIMITS.keyBytes),
        answer: yesOrNo,
      }),
      PACK_LIMITS.checks,
    ),
  });

/** Its SHA-256 is computed again from what it holds. */
function trustListFrom(list: TrustList, at: string, digests: Digests): TrustList {
  try {
    return trustListOf({ ...list, digests });
  } catch (cause) {
    if (cause instanceof TrustListRefused) throw malformed(at, cause);
    throw cause;
  }
}

/**
 * Reads a pack. Nothing in it is verified.
 * @throws EvidencePackRefused `pack-too-large`, `pack-malformed`, `pack-version-unknown`
 */
export function readEvidencePack(pack: Uint8Array, digests: Digests): RecordedPack {
  if (pack.length > PACK_LIMITS.bytes)
    throw new EvidencePackRefused('pack-too-large', { limit: PACK_LIMITS.bytes });
  const { evidence, report } = envelopeOf(parseCanonical(pack));
  return Object.freeze({
    evidence: evidenceOf(digests)(evidence, '/evidence'),
    report: canonicalJson(report),
  });
}

/** The one text that this value has: no repeated members, no other spelling of a number, nothing behind. */
function parseCanonical(pack: Uint8Array): unknown {
  try {
    const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(pack);
    const value: unknown = JSON.parse(json);
    if (canonicalJson(value) !== json) throw malformed('');
    return value;
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof TypeError || cause instanceof NotCanonical) {
      throw malformed('', cause);
    }
    throw cause;
  }
}

function envelopeOf(value: unknown): { readonly evidence: unknown; readonly report: unknown } {
  if (typeof value !== 'object' || value === null) throw malformed('');
  const { format, version } = value as { format?: unknown; version?: unknown };
  if (format !== PACK_FORMAT) throw malformed('/format');
  if (typeof version === 'number' && version !== PACK_VERSION) {
    throw new EvidencePackRefused('pack-version-unknown', { version });
  }
  const asItIs = (member: unknown): unknown => member;
  return membersOf<{ format: unknown; version: unknown; evidence: unknown; report: unknown }>({
    format: asItIs,
    version: count,
    evidence: asItIs,
    report: asItIs,
  })(value, '');
}
