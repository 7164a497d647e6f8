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

/** Holds the password of a document that comes as a raw body. */
export const PASSWORD_HEADER = 'Teken-Password';

/** @throws HttpProblem for a request that is not as it must be, and `deadline-exceeded` */
export async function checkDocument(
  request: FastifyRequest,
  services: AppServices,
): Promise<{ upload: Upload; report: VerificationReport }> {
  const upload = await readUpload(request, services.settings.maxUploadMegabytes);
  const parameters = readParameters(verifyForm, Object.fromEntries(upload.fields));
  const password = secretOf(request, upload, PASSWORD_HEADER, parameters.password);
  const report = await judgeInTime(upload.file, request, services, password).finally(() => password?.fill(0));
  request.log.info({ verdict: report.verdict, size: upload.file.length }, 'verified');
  return { upload, report };
}

/** What the verifier says about a file. @throws HttpProblem `deadline-exceeded` */
export function judgeInTime(
  file: Uint8Array,
  request: FastifyRequest,
  services: AppServices,
  password: Uint8Array | null = null,
): Promise<VerificationReport> {
  return withinDeadline(services.settings.verifyDeadlineMs, callerGone(request), (signal) =>
    services.verify(file, signal, password),
  );
}
