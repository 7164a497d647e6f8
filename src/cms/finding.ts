// What the rules for signatures and time-stamp tokens may observe, each under one stable word.

export type CmsFindingCode =
  // structure: not what the format prescribes
  | 'signer-count'
  | 'econtent-differs'
  | 'econtent-missing'
  | 'attribute-repeated'
  | 'attribute-malformed'
  | 'content-type-differs'
  | 'message-digest-missing'
  // hash and value
  | 'digest-mismatch'
  | 'signature-value-mismatch'
  // constraint: well-formed, yet a rule of the format is broken
  | 'signed-attributes-missing'
  | 'signing-certificate-missing'
  | 'signing-certificate-differs'
  | 'signing-certificate-not-found'
  | 'algorithm-disagreement'
  | 'digest-algorithm-unsupported'
  | 'signature-algorithm-unsupported'
  | 'key-unacceptable'
  // weak
  | 'sub-filter-sha1'
  // info
  | 'contents-trailing-data'
  | 'econtent-present'
  | 'signed-attributes-reencoded'
  | 'signing-certificate-absent'
  | 'ess-cert-id-sha1'
  | 'issuer-serial-differs'
  | 'pss-salt-length'
  | 'countersignature-present'
  | 'unsigned-attribute-unknown'
  | 'certificate-malformed'
  // time-stamp tokens (RFC 3161)
  | 'tst-info-version'
  | 'imprint-algorithm-unsupported'
  | 'imprint-mismatch'
  | 'timestamp-key-usage'
  | 'timestamp-certificate-not-in-force';

/** Of several findings on one signature the worst effect decides; `info` never does. */
export type CmsFindingEffect = 'structure' | 'hash' | 'value' | 'constraint' | 'weak' | 'info';

/** One observation. `where` names a field, an attribute or an object identifier, never content. */
export interface CmsFinding {
  readonly code: CmsFindingCode;
  readonly effect: CmsFindingEffect;
  readonly where: string;
}

export function finding(code: CmsFindingCode, effect: CmsFindingEffect, where: string): CmsFinding {
  return { code, effect, where };
}
