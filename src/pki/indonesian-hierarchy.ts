// The certificates of the Indonesian government hierarchy by their fingerprints. The operator supplies the files: what is known
// here is only which file is the right one, and what it may be used for.

import type { AnchorPurpose, AnchorRole } from './trust-list.ts';

/** A certificate that a trust list may hold, known before anybody supplies it. */
export interface KnownAuthority {
  readonly commonName: string;
  /** Of the DER certificate, lower-case hexadecimal. */
  readonly sha256: string;
  /** `intermediate`: not trusted by itself, chains are built through it. */
  readonly use: AnchorRole | 'intermediate';
  readonly purposes: readonly AnchorPurpose[];
  /** The Indonesian root (PSrE Induk). */
  readonly psreInduk: boolean;
}

const ALL: readonly AnchorPurpose[] = ['signature', 'seal', 'timestamp'];

/** Time-stamp authorities are never listed: their certificates change every three years. */
export const INDONESIAN_HIERARCHY: readonly KnownAuthority[] = [
  {
    commonName: 'Root CA Indonesia DS G1',
    sha256: 'b5f36672fd7cfd401e01ef640b2fe61f816f32f447b280b76f536244cf42fcdf',
    use: 'active',
    purposes: ALL,
    psreInduk: true,
  },
  {
    commonName: 'BSRE CA DS G1',
    sha256: '4a3ab062c4d24f60417fa28f6543ac7151c9f1fde5817bbe67f49c55ce5ffed5',
    use: 'intermediate',
    purposes: ALL,
    psreInduk: false,
  },
  {
    // Ended on 2026-08-18: letters of its time chain to it and to nothing else.
    commonName: 'OSD LU Kelas 2',
    sha256: '2178095b3cc0f6facb9e6f07feecee6327a89c6681af43ba95126b68867d02b2',
    use: 'historical',
    purposes: ALL,
    psreInduk: false,
  },
];
