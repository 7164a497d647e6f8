// What the requests to sign have in common: their parameters, whether the client may, and how long it takes.

import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { bytesSource } from '../index.ts';
import { callerGone } from './caller-gone.ts';
import { announcedSha256 } from './content-digest.ts';
import { waitForNextStep, withinDeadline } from './deadline.ts';
import { readParameters } from './parameters.ts';
import type { AppServices, SignatureOrder } from './ports.ts';
import { problemOf } from './problem-of-error.ts';
import { HttpProblem } from './problems.ts';
import { ruleOrder } from './rule-schemas.ts';
import type { OrderParameters } from './schemas.ts';
import { pointerToUnknown, type Upload } from './upload.ts';
import { visibleOrder } from './visible-order.ts';

/** Everything about the signature: from the form, or from the query of a raw body. @throws HttpProblem `invalid-request` */
export function parametersOf<T>(
  request: FastifyRequest,
  upload: Upload,
  { form, query }: { readonly form: z.ZodType<T>; readonly query: z.ZodType<T> },
): T {
  const given = request.query as Readonly<Record<string, unknown>>;
  if (upload.form === 'raw') return readParameters(query, given);
  const faults = Object.keys(given).map((key) => ({
    pointer: pointerToUnknown(key),
    message: 'belongs into the form',
  }));
  if (faults.length > 0) throw new HttpProblem('invalid-request', {}, faults);
  return readParameters(form, Object.fromEntries(upload.fields));
}

/** @returns the document's SHA-256, hexadecimal @throws HttpProblem `document-mismatch` */
export function requireExpectedDocument(
  upload: Upload,
  expectedSha256: string | undefined,
  request: FastifyRequest,
): string {
  const actual = createHash('sha256').update(upload.file).digest('hex');
  const { 'content-digest': field } = request.headers;
  // Of a form the field covers the form, not the document in it.
  const announced = upload.form === 'raw' ? announcedSha256(field?.toString()) : null;
  for (const expected of [announced, expectedSha256 ?? null])
    if (expected !== null && expected !== actual) throw new HttpProblem('document-mismatch');
  return actual;
}

/** What the parameters ask for this document, of whatever signer. @throws HttpProblem `invalid-request` */
export function orderOf(
  upload: Upload,
  parameters: OrderParameters,
  services: AppServices,
): Omit<SignatureOrder, 'password' | 'signal'> {
  return { source: bytesSource(upload.file), ...wishOf(upload, parameters, services) };
}

/** The same of whatever document. @throws HttpProblem `invalid-request` */
export function wishOf(
  upload: Pick<Upload, 'parts'>,
  parameters: OrderParameters,
  services: AppServices,
): Omit<SignatureOrder, 'source' | 'password' | 'signal'> {
  const { fieldName, reason, location } = parameters;
  return {
    level: parameters.level ?? services.settings.defaultLevel,
    fieldName: fieldName ?? null,
    ...visibleOrder(upload, parameters),
    ...ruleOrder(parameters),
    reason: reason ?? null,
    location: location ?? null,
  };
}

// Opening a key at 600 000 iterations takes about 120 ms and up to three times as much on a busy machine.
const FAILURE_STEP_MS = 500;

/**
 * Does the work within the deadline of a signature. An unknown signer, a wrong passphrase and an expired certificate take
 * equally long, so that nobody can tell them apart.
 * @throws HttpProblem
 */
export async function inSigningTime<T>(
  request: FastifyRequest,
  services: AppServices,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const startedMs = services.monotonicMs();
  try {
    return await withinDeadline(services.settings.signDeadlineMs, callerGone(request), work);
  } catch (error) {
    const problem = problemOf(error);
    if (problem.code === 'signer-auth-failed')
      await waitForNextStep(startedMs, services.monotonicMs, FAILURE_STEP_MS);
    throw problem;
  }
}
