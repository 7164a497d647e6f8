// Bytes that are not the CMS they should be.

import { MalformedAsn1 } from '../asn1/element.ts';

/**
 * - `cms-malformed`: not the ASN.1 of RFC 5652, RFC 3161 or RFC 5035
 * - `limits-exceeded`: larger, deeper or with more elements than any honest signature
 */
export type MalformedCmsCode = 'cms-malformed' | 'limits-exceeded';

/** `where` names the field, never its content. */
export class MalformedCms extends Error {
  readonly code: MalformedCmsCode;
  readonly where: string;

  constructor(code: MalformedCmsCode, where: string, cause?: unknown) {
    super(`${code} in ${where}`, { cause });
    this.name = 'MalformedCms';
    this.code = code;
    this.where = where;
  }
}

/** Runs a reader and turns what ASN.1 refused into the refusal of the whole structure. @throws MalformedCms */
export function readingCms<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof MalformedAsn1)) throw cause;
    const limits = cause.code === 'too-deep' || cause.code === 'too-many-elements';
    throw new MalformedCms(limits ? 'limits-exceeded' : 'cms-malformed', cause.where, cause);
  }
}
