// A letter behind the address of its QR code: fetched from a listed host, then judged like any other.

import type { FastifyRequest } from 'fastify';
import type { VerificationReport } from '../index.ts';
import { type LetterLink, readLetterLink } from '../letters/letter-link.ts';
import { callerGone } from './caller-gone.ts';
import { judgeInTime } from './check-document.ts';
import type { AppServices } from './ports.ts';
import { problemOfReport } from './problem-of-error.ts';
import { HttpProblem } from './problems.ts';
import { formParts } from './upload.ts';

/** Reads an address; where no letters are fetched, every host is an unlisted one. */
export function readLink({ letterLinks }: AppServices, text: string): LetterLink | null {
  return letterLinks?.read(text) ?? readLetterLink(text, { hosts: [], plainHttp: false });
}

/**
 * Reads the form's one field, `link`.
 * @throws HttpProblem `invalid-request` where it is no address of a listed host: no page of ours sends that
 */
export async function linkOf(request: FastifyRequest, services: AppServices): Promise<LetterLink> {
  if (!request.isMultipart()) throw new HttpProblem('unsupported-media-type');
  const limits = { files: 0, fields: 1, parts: 1, fieldSize: 4096, fieldNameSize: 100, headerPairs: 20 };
  let link: LetterLink | null = null;
  for await (const part of formParts(request, limits)) {
    if (part.type === 'field' && part.fieldname === 'link') link = readLink(services, String(part.value));
  }
  if (link?.standing !== 'listed') throw new HttpProblem('invalid-request');
  return link;
}

/** @throws HttpProblem `letter-unavailable`, `file-too-large`, `deadline-exceeded`, and what the file itself is refused for */
export async function judgeLetter(
  link: LetterLink,
  request: FastifyRequest,
  services: AppServices,
): Promise<VerificationReport> {
  const { letterLinks } = services;
  if (letterLinks === undefined) throw new HttpProblem('letter-unavailable');
  const file = await letterLinks.fetch(link, callerGone(request));
  const report = await judgeInTime(file, request, services);
  if (report.problem !== null) throw problemOfReport(report.problem.code);
  request.log.info({ verdict: report.verdict, size: file.length, host: link.host }, 'verified');
  return report;
}
