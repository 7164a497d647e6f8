// What is worth knowing before signing, although it keeps nobody from it.

import type { DocumentFacts } from '../pdf/document-facts.ts';
import type { PlacementSurvey } from '../pdf/placement-survey.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { Note, NoteCode } from './forecast-findings.ts';
import type { SignatureDraft } from './prepared-signature.ts';
import { isLongTerm, type PrepareContext, type SignRequest } from './sign-request.ts';

export interface Forecasted {
  readonly file: DocumentFacts | null;
  readonly placement: PlacementSurvey | null;
  readonly request: SignRequest;
  readonly certificate: Certificate | null;
  readonly draft: SignatureDraft | null;
  readonly context: Pick<PrepareContext, 'now'> & { readonly probe: 'services' | 'nothing' };
}

// Long enough to order the next certificate.
const ENDS_SOON_MS = 30 * 86_400_000;

export function forecastNotes(known: Forecasted): readonly Note[] {
  return [...notesOnFile(known), ...notesOnPlace(known), ...notesOnSigner(known), ...notesOnLevel(known)];
}

function note(code: NoteCode, values: Note['values'] = {}): Note {
  return { code, values };
}

function* notesOnFile({ file, draft }: Forecasted): Generator<Note> {
  if (file === null) return;
  const { activeContent, reading, trailingBytes, linearized, revisions } = file;
  const kinds = [...new Set(activeContent.found.map(({ kind }) => kind))];
  if (kinds.length > 0) yield note('active-content', { kinds });
  if (!activeContent.complete) yield note('not-searched');
  if (reading === 'repairable' || (draft?.document.mended.size ?? 0) > 0) yield note('repaired');
  if (trailingBytes) yield note('trailing-bytes');
  if (linearized && revisions === 1) yield note('linearization-lost');
}

function* notesOnPlace({ file, placement, draft }: Forecasted): Generator<Note> {
  const kinds = [...new Set(placement?.spot?.collisions.map(({ kind }) => kind) ?? [])];
  if (kinds.length > 0) yield note('covers', { kinds });
  const place = draft?.signature.place;
  if (file?.tagged === true && place?.kind === 'new' && place.place !== null) yield note('not-in-structure');
}

function* notesOnSigner({ certificate, draft, context }: Forecasted): Generator<Note> {
  if (certificate === null) return;
  const { notAfter } = certificate;
  const left = notAfter - context.now;
  if (left >= 0 && left < ENDS_SOON_MS)
    yield note('certificate-ends-soon', { notAfter: new Date(notAfter).toISOString() });
  yield note('browsers-cannot-check');
  if (draft?.algorithm === 'ed25519') yield note('ed25519-little-supported');
}

function* notesOnLevel({ file, request, context }: Forecasted): Generator<Note> {
  const noChanges = request.certification === 'no-changes' || file?.rules.permission === 1;
  if (noChanges && isLongTerm(request.level)) yield note('evidence-after-no-changes');
  if (request.level !== 'B-B' && context.probe === 'nothing') yield note('services-not-asked');
}
