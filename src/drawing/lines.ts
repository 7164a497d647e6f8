// Text broken into lines, in two weights; what our fonts cannot draw is spelled as code points, so that nothing is left out.

import { isDrawable, measure, type Weight, type WeightedText } from './fonts.ts';

export interface Line {
  readonly stretches: readonly WeightedText[];
}

/**
 * Breaks at blanks, and inside a word that is wider than a line.
 * @param width - points
 * @param size - of the font, points
 */
export function breakLines(texts: readonly WeightedText[], width: number, size: number): readonly Line[] {
  const lines: WeightedText[][] = [];
  let line: WeightedText[] = [];
  let room = width;
  const end = (): void => {
    lines.push(line);
    [line, room] = [[], width];
  };
  for (const word of wordsOf(texts)) {
    const gap = line.length === 0 ? [] : [{ text: ' ', weight: word[0]?.weight ?? 'regular' }];
    if (widthOf([...gap, ...word], size) <= room) {
      line.push(...gap, ...word);
      room -= widthOf([...gap, ...word], size);
      continue;
    }
    // Where a line was ended at a blank, the blank is still said.
    if (line.length > 0) {
      line.push({ text: ' ', weight: 'regular' });
      end();
    }
    const pieces = pieceWord(word, width, size);
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) end();
      line = [...piece];
      room = width - widthOf(piece, size);
    }
  }
  if (line.length > 0) end();
  return lines.map((stretches) => ({ stretches: joined(stretches) }));
}

type Word = readonly WeightedText[];

/** Words may change their weight inside, as before a comma. */
function wordsOf(texts: readonly WeightedText[]): readonly Word[] {
  const words: WeightedText[][] = [];
  let open = false;
  for (const { text, weight } of texts) {
    for (const [index, part] of drawableText(text, weight).split(' ').entries()) {
      if (index > 0) open = false;
      if (part === '') continue;
      if (open) words.at(-1)?.push({ text: part, weight });
      else words.push([{ text: part, weight }]);
      open = true;
    }
  }
  return words;
}

/** A word in pieces that fit on a line each; almost always one. */
function pieceWord(word: Word, width: number, size: number): readonly Word[] {
  if (widthOf(word, size) <= width) return [word];
  const pieces: WeightedText[][] = [[]];
  let room = width;
  for (const { text, weight } of word) {
    for (const character of text) {
      const taken = measure(character, weight) * size;
      if (taken > room) {
        pieces.push([]);
        room = width;
      }
      pieces.at(-1)?.push({ text: character, weight });
      room -= taken;
    }
  }
  return pieces;
}

function widthOf(texts: readonly WeightedText[], size: number): number {
  return texts.reduce((sum, { text, weight }) => sum + measure(text, weight) * size, 0);
}

function joined(texts: readonly WeightedText[]): readonly WeightedText[] {
  const stretches: { text: string; weight: Weight }[] = [];
  for (const { text, weight } of texts) {
    const last = stretches.at(-1);
    if (last?.weight === weight) last.text += text;
    else stretches.push({ text, weight });
  }
  return stretches;
}

// Format characters have a glyph of no width in some fonts: they would be there and not be seen.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Composed, and with `[U+0645 U+062D]` instead of characters that would not be drawn as a reader expects them. */
export function drawableText(text: string, weight: Weight): string {
  if (/^[ -~]*$/.test(text)) return text;
  let shown = '';
  let spelled: string[] = [];
  const spell = (): void => {
    if (spelled.length > 0) shown += `[${spelled.join(' ')}]`;
    spelled = [];
  };
  for (const character of text.normalize('NFC')) {
    if (isDrawable(character, weight) && !UNSEEN.test(character)) {
      spell();
      shown += character;
    } else {
      spelled.push(codePointText(character));
    }
  }
  spell();
  return shown;
}

function codePointText(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
}
