// What a request says about who signs: the client that its credential proves, the signer it names, and what that signer gave.

import type { FastifyRequest } from 'fastify';
import type { IdentityClaim } from '../identity/validate-identity.ts';
import type { Activation } from '../index.ts';
import { HttpProblem } from './problems.ts';
import { secretOf } from './secret-of.ts';
import type { Upload } from './upload.ts';

/** Header of a raw body, beside the passphrase's. */
export const ONE_TIME_CODE = { name: 'Teken-Code', holds: 'one-time code of the signer' } as const;

interface Asked {
  readonly signer: string;
  readonly activation: Activation;
  readonly code: string | null;
  readonly approvals?: string | undefined;
  readonly expectedSha256?: string | undefined;
  /** SHA-256, hexadecimal; null where several documents follow. */
  readonly documentSha256: string | null;
  readonly documents?: number;
}

/** @throws HttpProblem `unauthenticated` where no credential was looked at */
export function clientOf({ client }: FastifyRequest): IdentityClaim['client'] {
  if (client === null) throw new HttpProblem('unauthenticated');
  return client;
}

/** @throws HttpProblem `unauthenticated` */
export function claimOf(request: FastifyRequest, asked: Asked): IdentityClaim {
  return {
    client: clientOf(request),
    signer: asked.signer,
    documentSha256: asked.documentSha256,
    expectedSha256: asked.expectedSha256 ?? null,
    documents: asked.documents ?? 1,
    approvals: (asked.approvals ?? '').split(/[\s,]+/).filter((token) => token !== ''),
    secret: asked.activation.kind !== 'none',
    code: asked.code,
  };
}

/** The one-time code of a form or a raw body; null where none is given. @throws HttpProblem `invalid-request` */
export function codeOf(request: FastifyRequest, upload: Upload, inForm: string | undefined): string | null {
  const bytes = secretOf(request, upload, ONE_TIME_CODE.name, inForm);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}
