// What the REST answer and the page have in common: a document read from a request and judged in time.

import type { FastifyRequest } from 'fastify';
import type { VerificationReport } from '../index.ts';
import { callerGone } from './caller-gone.ts';
import { withinDeadline } from './deadline.ts';
import { readParameters } from './parameters.ts';
import type { AppServices } from './ports.ts';
import { verifyForm } from './schemas.ts';
import { secretOf } from './secret-of.ts';
import { readUpload, type Upload } from './upload.ts';

/** Opens a document that comes as a raw body. */
export const DOCUMENT_PASSWORD = {
  name: 'Teken-Password',
  holds: 'password of an encrypted document',
} as const;

/**
 * @param detail - whether every building block is to be in the report
 * @throws HttpProblem for a request that is not as it must be, and `deadline-exceeded`
 */
export async function checkDocument(
  request: FastifyRequest,
  services: AppServices,
  detail = false,
): Promise<{ upload: Upload; report: VerificationReport }> {
  const upload = await readUpload(request, services.settings.maxUploadMegabytes);
  const parameters = readParameters(verifyForm, Object.fromEntries(upload.fields));
  const password = passwordOf(request, upload, parameters);
  const judged = judgeInTime(upload.file, request, services, { password, detail });
  const report = await judged.finally(() => password?.fill(0));
  request.log.info({ verdict: report.verdict, size: upload.file.length }, 'verified');
  return { upload, report };
}

/** The octets of the document's password, to be zeroed by who uses it; null without one. @throws HttpProblem as `secretOf` */
export function passwordOf(
  request: FastifyRequest,
  upload: Upload,
  { password }: { readonly password?: string | undefined },
): Uint8Array | null {
  return secretOf(request, upload, DOCUMENT_PASSWORD.name, password);
}

/** What the verifier says about a file. @throws HttpProblem `deadline-exceeded` */
export function judgeInTime(
  file: Uint8Array,
  request: FastifyRequest,
  services: AppServices,
  {
    password = null,
    detail = false,
  }: { readonly password?: Uint8Array | null; readonly detail?: boolean } = {},
): Promise<VerificationReport> {
  return withinDeadline(services.settings.verifyDeadlineMs, callerGone(request), (signal) =>
    services.verify(file, signal, password, detail),
  );
}
