// Distinguished names (RFC 5280, 4.1.2.4): comparison by 7.1, text by RFC 4514.

export interface NameAttribute {
  readonly oid: string;
  readonly text: string;
}

export interface Name {
  /** The DER of the RDNSequence. */
  readonly raw: Uint8Array;
  /** In encoded order; an RDN with several attributes is several entries of one inner list. */
  readonly rdns: readonly (readonly NameAttribute[])[];
  /** Two names are the same exactly if their `key`s are equal: case folded, white space folded (RFC 5280, 7.1). */
  readonly key: string;
}
