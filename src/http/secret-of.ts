// A secret that comes beside a document: in the form, or in a header of a raw body; never in a URL.

import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './problems.ts';
import { pointerTo, type Upload } from './upload.ts';

/**
 * The octets of a secret, to be zeroed by who uses it; null where there is none.
 * @param inForm - the field of a form that holds it
 * @throws HttpProblem `invalid-request` for the header beside a form
 */
export function secretOf(
  request: FastifyRequest,
  upload: Upload,
  header: string,
  inForm: string | undefined,
): Uint8Array | null {
  const value = request.headers[header.toLowerCase()];
  if (upload.form === 'multipart') {
    if (value !== undefined) {
      const fault = { pointer: pointerTo(header), message: 'belongs into the form' };
      throw new HttpProblem('invalid-request', {}, [fault]);
    }
    return inForm === undefined ? null : Buffer.from(inForm, 'utf8');
  }
  // Node decodes field values as Latin-1, so this gives back the octets that were sent.
  return typeof value === 'string' ? Buffer.from(value, 'latin1') : null;
}
