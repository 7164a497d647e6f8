// A statement as it comes: JSON, compressed where the browser can.

import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DeviceStatement, VerificationReport } from '../index.ts';
import { callerGone } from './caller-gone.ts';
import { withinDeadline } from './deadline.ts';
import { faultsOf } from './parameters.ts';
import type { AppServices } from './ports.ts';
import { HttpProblem } from './problems.ts';
import { statementBody } from './statement-schema.ts';
import { collect } from './upload.ts';

// The largest honest one seen comes to 0.4 MB, of which revocation lists are nearly all.
const MOST_SENT = 1024 * 1024;
const MOST_JSON = 8 * 1024 * 1024;

/** Lets the routes of a scope, and no others, take JSON, and nothing else. */
export function acceptStatements(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', readJson);
}

async function readJson({ headers }: FastifyRequest, payload: Readable): Promise<unknown> {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') throw new HttpProblem('unsupported-media-type');
  const sent = await within(MOST_SENT, payload);
  try {
    const text = encoding === 'gzip' ? await within(MOST_JSON, inflated(sent)) : sent;
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    throw new HttpProblem('invalid-request', {}, [{ pointer: '', message: 'not JSON' }], error);
  }
}

function inflated(sent: Uint8Array): Readable {
  const gunzip = createGunzip();
  gunzip.end(sent);
  return gunzip;
}

/** Its limits are not those of a file, and are not told as such. */
async function within(limit: number, stream: Readable): Promise<Uint8Array> {
  try {
    return await collect(stream, limit);
  } catch (error) {
    const tooLarge = error instanceof HttpProblem && error.code === 'file-too-large';
    throw tooLarge ? new HttpProblem('limits-exceeded', {}, [], error) : error;
  }
}

/** Judges the statement of a request in time. @throws HttpProblem; DocumentNeeded */
export async function checkStatement(
  request: FastifyRequest,
  services: AppServices,
): Promise<VerificationReport> {
  const read = statementBody.safeParse(request.body);
  if (!read.success) throw new HttpProblem('invalid-request', {}, faultsOf(read.error));
  const statement: DeviceStatement = read.data;
  const report = await withinDeadline(services.settings.verifyDeadlineMs, callerGone(request), (signal) =>
    services.verifyStatement(statement, signal),
  );
  request.log.info({ verdict: report.verdict, size: statement.size }, 'verified by a statement');
  return report;
}
