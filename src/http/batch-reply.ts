// The reply to a batch: one outcome after the other as it is ready, and at the end how many there were of each kind.

import type { FastifyRequest } from 'fastify';
import type { BatchOutcome } from '../index.ts';
import { preferredLanguage } from './accept.ts';
import { recordCompleted, recordFailed } from './audit-trail.ts';
import { contentDigest } from './content-digest.ts';
import { logProblem } from './error-handler.ts';
import type { AppServices } from './ports.ts';
import { type ProblemAnswer, problemAnswer } from './problem-answer.ts';
import { problemOf } from './problem-of-error.ts';
import { uuidV7 } from './request-id.ts';
import { signingFacts } from './signing-facts.ts';

/** What stands on one line of NDJSON, or in one part; the document itself apart. */
export type OutcomeFacts = { readonly index: number; readonly fileName: string | null } & (
  | {
      readonly status: 'signed';
      readonly signatureId: string;
      readonly level: string;
      readonly algorithm: string;
      readonly fieldName: string;
      readonly sha256: string;
      readonly receipt?: string;
    }
  | { readonly status: 'failed'; readonly problem: ProblemAnswer }
  | { readonly status: 'skipped' }
);

export interface BatchSummary {
  readonly announced: number;
  readonly signed: number;
  readonly failed: number;
  /** Announced, and neither signed nor failed: left because of others, or never come. */
  readonly skipped: number;
}

/** How outcomes are written; `pdf` is the signed document in pieces. */
export interface BatchForm {
  readonly contentType: string;
  outcome(facts: OutcomeFacts, pdf: readonly Uint8Array[]): Iterable<Uint8Array | string>;
  /** @param problem - what kept the rest of the request from being read */
  end(summary: BatchSummary, problem: ProblemAnswer | null): Iterable<Uint8Array | string>;
}

/** One JSON object per line. */
export const ndjson: BatchForm = {
  contentType: 'application/x-ndjson',
  outcome: (facts, pdf) => [
    facts.status === 'signed'
      ? `${JSON.stringify(facts).slice(0, -1)},"pdf":"${Buffer.concat(pdf).toString('base64')}"}\n`
      : `${JSON.stringify(facts)}\n`,
  ],
  end: (summary, problem) => [`${JSON.stringify({ summary, ...(problem === null ? {} : { problem }) })}\n`],
};

/** One part for each outcome (RFC 2046, 5.1.3). @param boundary - a text that stands in none of them */
export function multipartMixed(boundary: string): BatchForm {
  const head = (fields: readonly string[]): string => `--${boundary}\r\n${fields.join('\r\n')}\r\n\r\n`;
  const json = (type: string, more: readonly string[], body: object): string =>
    `${head([`Content-Type: ${type}`, ...more])}${JSON.stringify(body)}\r\n`;
  return {
    contentType: `multipart/mixed; boundary=${boundary}`,
    outcome: (facts, pdf) => {
      const place = [`Document-Index: ${facts.index}`, ...dispositionOf(facts.fileName)];
      if (facts.status === 'failed') return [json('application/problem+json', place, facts.problem)];
      if (facts.status === 'skipped') return [json('application/json', place, { status: 'skipped' })];
      const { signatureId, sha256 } = facts;
      const digest = contentDigest(Buffer.from(sha256, 'hex'));
      const receipt = facts.receipt === undefined ? [] : [`Audit-Receipt: ${facts.receipt}`];
      const fields = [`Signature-Id: ${signatureId}`, `Content-Digest: ${digest}`, ...receipt];
      return [head(['Content-Type: application/pdf', ...place, ...fields]), ...pdf, '\r\n'];
    },
    end: (summary, problem) => [
      json('application/json', [], { summary, ...(problem === null ? {} : { problem }) }),
      `--${boundary}--\r\n`,
    ],
  };
}

/** RFC 6266 with RFC 8187: whatever the name holds, it stays inside its field. */
function dispositionOf(fileName: string | null): readonly string[] {
  if (fileName === null) return [];
  const encoded = encodeURIComponent(fileName.toWellFormed()).replace(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return [`Content-Disposition: attachment; filename*=UTF-8''${encoded}`];
}

/** The body of the answer. It ends in order even where the request breaks off. */
export async function* batchBody(
  outcomes: AsyncIterable<BatchOutcome<string | null>>,
  announced: number,
  form: BatchForm,
  request: FastifyRequest,
  services: AppServices,
): AsyncGenerator<Uint8Array | string, void, undefined> {
  const counts = { signed: 0, failed: 0, skipped: 0 };
  let problem: ProblemAnswer | null = null;
  try {
    for await (const outcome of outcomes) {
      const facts = await recordedFacts(outcome, request, services);
      counts[outcome.status] += 1;
      const pdf = outcome.status === 'signed' ? piecesOf(outcome) : [];
      yield* form.outcome(facts, pdf);
    }
  } catch (error) {
    problem = problemFor(error, request, services);
  }
  const { signed, failed } = counts;
  const summary = { announced, signed, failed, skipped: Math.max(0, announced - signed - failed) };
  request.log.info(summary, 'batch');
  yield* form.end(summary, problem);
}

type Signed = Extract<BatchOutcome<string | null>, { status: 'signed' }>;

function piecesOf({ result }: Signed): readonly Uint8Array[] {
  const { source, update } = result.signed;
  return [source.read(0, source.size), update];
}

async function recordedFacts(
  outcome: BatchOutcome<string | null>,
  request: FastifyRequest,
  services: AppServices,
): Promise<OutcomeFacts> {
  const { index, label: fileName, status } = outcome;
  switch (status) {
    case 'skipped':
      return { index, fileName, status };
    case 'failed': {
      await recordFailed(request, services, problemOf(outcome.error), { index });
      return { index, fileName, status, problem: problemFor(outcome.error, request, services) };
    }
    case 'signed': {
      const { signed, report } = outcome.result;
      const { level, algorithm, fieldName, sourceSha256 } = signed;
      const { sha256 } = report.file;
      const signatureId = uuidV7(services.now(), services.randomBytes(10));
      const document = { inputSha256: sourceSha256, inputSize: signed.source.size, outputSha256: sha256 };
      const recorded = { signatureId, index, ...signingFacts(signed, document) };
      const receipt = await recordCompleted(request, services, recorded);
      const facts = { signatureId, client: request.client?.id, level, sha256: sourceSha256, index };
      request.log.info(facts, 'signed');
      return {
        ...{ index, fileName, status, signatureId, level, algorithm, fieldName, sha256 },
        ...(receipt === null ? {} : { receipt }),
      };
    }
  }
}

function problemFor(error: unknown, request: FastifyRequest, { settings }: AppServices): ProblemAnswer {
  const problem = problemOf(error);
  logProblem(request, problem);
  return problemAnswer(problem, {
    language: preferredLanguage(request.headers['accept-language']),
    requestId: request.id,
    maxUploadMegabytes: settings.maxUploadMegabytes,
    verification: false,
  });
}
