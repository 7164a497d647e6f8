// The letter that a document is: what its sealed code says beside what the service itself knows.

import { z } from 'zod';
import { CODE_PREFIX, LETTER_LIMITS } from '../letters/letter-code.ts';
import type { UploadedDocument } from './batch-upload.ts';
import { readParameters } from './parameters.ts';
import type { AppServices, LetterOrder, OrderedDocument } from './ports.ts';
import { HttpProblem } from './problems.ts';
import type { OrderParameters } from './schemas.ts';
import { invalidField } from './upload.ts';

const line = (most: number): z.ZodString => z.string().min(1).max(most);

/** The code of a letter: all four or none. */
export const letterFields = {
  letterNumber: line(LETTER_LIMITS.number).optional().meta({
    description:
      'Number of the letter. With letterDate, letterSubject and letterAgency the QR of the block is a sealed code of this letter, which anybody can check without a database (/qr, "teken qr"). Not beside "qr".',
    example: '000.1/123/Diskominfo',
  }),
  letterDate: z.iso.date().optional().meta({ description: 'Date of the letter.', example: '2026-11-22' }),
  letterSubject: line(LETTER_LIMITS.subject).optional().meta({ description: 'Subject (hal) of the letter.' }),
  letterAgency: line(LETTER_LIMITS.agency).optional().meta({ description: 'Agency that issues the letter.' }),
};

const ownFields = z.strictObject(letterFields);

type LetterField = keyof typeof letterFields;

export const LETTER_FIELDS = Object.keys(letterFields) as readonly LetterField[];

type GivenFields = Readonly<Partial<Record<LetterField | 'qr', string | undefined>>>;

/** Null for a signature without a letter's code. @throws HttpProblem `invalid-request` */
export function letterOf(parameters: GivenFields, { seal }: Pick<AppServices, 'seal'>): LetterOrder | null {
  const { letterNumber, letterDate, letterSubject, letterAgency } = parameters;
  const first = LETTER_FIELDS.find((name) => parameters[name] !== undefined);
  if (first === undefined) return null;
  const missing = LETTER_FIELDS.filter((name) => parameters[name] === undefined);
  const faults = missing.map((name) => ({ pointer: `/${name}`, message: `belongs to "${first}"` }));
  if (parameters.qr !== undefined) faults.push({ pointer: '/qr', message: `not beside "${first}"` });
  if (seal === null)
    faults.push({ pointer: `/${first}`, message: 'this service has no seal (TEKEN_SEAL_URI)' });
  if (faults.length > 0) throw new HttpProblem('invalid-request', {}, faults);
  return {
    number: letterNumber ?? '',
    date: letterDate ?? '',
    subject: letterSubject ?? '',
    agency: letterAgency ?? '',
  };
}

/**
 * The letters of a batch: those of the first document stand before it and hold for all, except its number, which is one letter's. What
 * stands before another document is its own; one without a number fails alone.
 */
export async function* lettersOf(
  documents: AsyncIterable<UploadedDocument>,
  shared: LetterOrder | null,
): AsyncGenerator<OrderedDocument, void, undefined> {
  let first = true;
  for await (const { fields, ...document } of documents) {
    if ('error' in document) yield document;
    else yield { ...document, ...letterOfOne(fields, first, shared) };
    first = false;
  }
}

function letterOfOne(
  fields: UploadedDocument['fields'],
  first: boolean,
  shared: LetterOrder | null,
): { readonly letter: LetterOrder | null } | { readonly error: unknown } {
  const [stray] = fields.keys();
  if (shared === null)
    return stray === undefined
      ? { letter: null }
      : { error: invalidField(stray, 'the fields of a letter stand before the first document too') };
  if (first) return { letter: shared };
  try {
    const own = readParameters(ownFields, Object.fromEntries(fields));
    const number = own.letterNumber;
    if (number === undefined) return { error: invalidField('letterNumber', 'every letter has its own') };
    return {
      letter: {
        number,
        date: own.letterDate ?? shared.date,
        subject: own.letterSubject ?? shared.subject,
        agency: own.letterAgency ?? shared.agency,
      },
    };
  } catch (error) {
    return { error };
  }
}

/** The code is made when it is known who signs; until then the picture stands for it. */
export function withRoomForCode<T extends OrderParameters>(parameters: T, letter: LetterOrder | null): T {
  return letter === null ? parameters : { ...parameters, qr: CODE_PREFIX };
}
