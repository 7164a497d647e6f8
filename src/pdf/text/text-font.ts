// What a font tells about the strings that are shown in it.

import type { RevisionView } from '../document.ts';
import { MalformedPdf } from '../errors.ts';
import type { PdfLimits } from '../limits.ts';
import { asKind, type PdfDictionary, type PdfObject } from '../objects.ts';
import { type CharacterMap, parseCharacterMap } from './character-map.ts';

export interface ShownCharacter {
  /** Unicode text, U+FFFD where the font does not tell it. */
  readonly text: string;
  /** How far the pen moves, in units of the font size: to the right, or down in vertical writing. */
  readonly advance: number;
  /** Whether word spacing applies: the single-byte code 32 (9.3.3). */
  readonly wordSpace: boolean;
}

export interface TextFont {
  readonly vertical: boolean;
  characters(bytes: Uint8Array): Iterable<ShownCharacter>;
}

/** What stands for text that nobody can know. */
export const UNKNOWN_TEXT = '\ufffd';

/** Null where there is none, or one that cannot be read. @throws MalformedPdf `limits-exceeded` */
export function readCharacterMap(
  view: RevisionView,
  object: PdfObject | undefined,
  limits: PdfLimits,
): CharacterMap | null {
  try {
    const stream = asKind(view.resolve(object), 'stream');
    return stream === undefined ? null : parseCharacterMap(view.decode(stream), limits);
  } catch (error) {
    // Viewers show text whose map is broken; only what it means is unknown.
    if (error instanceof MalformedPdf && error.code !== 'limits-exceeded') return null;
    throw error;
  }
}

/** A number of a dictionary, or what stands for an absent one. */
export function numberIn(view: RevisionView, dictionary: PdfDictionary, key: string, absent: number): number {
  return asKind(view.get(dictionary, key), 'number')?.value ?? absent;
}
