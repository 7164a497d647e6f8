// The policy in a pack, the whole table of algorithms with it: what was judged by an old table is judged by it again.

import type { Acceptance, AlgorithmPolicy } from '../pki/algorithm-policy.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import { count, type Field, instant, listOf, membersOf, oneOf, shortText } from './pack-fields.ts';
import type { ValidationPolicy } from './policy.ts';

export const DIGESTS: readonly DigestAlgorithm[] = [
  'md5',
  'ripemd160',
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha3-256',
  'sha3-384',
  'sha3-512',
  'shake256',
];

const acceptance: Field<Acceptance> = (value, at) =>
  value === null || value === 'never' ? value : instant(value, at);

/** One size of RSA-PSS keys to a row; no table has many. */
const ROWS = 16;

const algorithms = membersOf<AlgorithmPolicy>({
  issued: instant,
  digests: membersOf<AlgorithmPolicy['digests']>({
    md5: acceptance,
    ripemd160: acceptance,
    sha1: acceptance,
    sha224: acceptance,
    sha256: acceptance,
    sha384: acceptance,
    sha512: acceptance,
    'sha3-256': acceptance,
    'sha3-384': acceptance,
    'sha3-512': acceptance,
    shake256: acceptance,
  }),
  rsaPkcs1: acceptance,
  rsaPss: listOf(membersOf({ fromBits: count, acceptance }), ROWS),
  minimumRsaBits: count,
  ecdsa: acceptance,
  minimumCurveBits: count,
  edwards: acceptance,
  mlDsa: acceptance,
  dsa: acceptance,
});

const members = membersOf<ValidationPolicy>({
  id: shortText,
  url: shortText,
  revocation: oneOf('require', 'prefer', 'off'),
  expiredTimestampAuthority: oneOf('accept', 'needs-proof'),
  pastValidation: oneOf('proven-time', 'sliding'),
  addedAnnotations: oneOf('refuse', 'note'),
  algorithms,
});

/** Packs that were written before policies could allow comments refused them. */
export const policy: Field<ValidationPolicy> = (value, at) => {
  const isOlder = typeof value === 'object' && value !== null && !('addedAnnotations' in value);
  return members(isOlder ? { ...value, addedAnnotations: 'refuse' } : value, at);
};
