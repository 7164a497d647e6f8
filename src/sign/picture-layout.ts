// A picture that takes the whole place of a visible signature, as a caller drew it; text only where it is in nobody's way.

import type { Rectangle } from '../pdf/placement.ts';
import { type LaidOutLine, LINE_HEIGHT, type Measure, wrap } from './appearance-layout.ts';
import type { AppearanceLine } from './appearance-text.ts';
import { type BlockLayout, fit, type PictureNeeds } from './block-layout.ts';

// In points: a caption in a lower place would leave the picture no room.
const LEAST_HEIGHT_WITH_CAPTION = 30;
const CAPTION_SIZE = 6;
// What a mark that is painted over the picture's edge may take of the height: it lies in the white border of a QR code.
const MARK_SHARE = 0.08;
const MARGIN = 1;

/** The picture as large as it fits, in the middle; the caption in one wrapped line below it, a mark for tests along its foot. */
export function layOutPicture(
  lines: readonly AppearanceLine[],
  picture: PictureNeeds,
  { width, height }: Pick<Rectangle, 'width' | 'height'>,
  measure: Measure,
): BlockLayout {
  const mark = lines.filter(({ part }) => part === 'test');
  const fitting = mark.flatMap(({ text, weight }) => [
    (width - 2 * MARGIN) / measure(text, weight),
    MARK_SHARE * height,
  ]);
  const size = Math.min(CAPTION_SIZE, ...fitting);
  const captions = height < LEAST_HEIGHT_WITH_CAPTION ? [] : lines.filter(({ part }) => part === 'caption');
  const lineHeight = size * LINE_HEIGHT;
  const wrapped = captions.flatMap((line) => wrap(line, (width - 2 * MARGIN) / size, measure));
  const below = wrapped.length * lineHeight;
  const text = below > height / 2 ? [] : wrapped;
  const foot = text.length * lineHeight;
  return {
    size,
    lines: [
      ...text.map(
        (line, i): LaidOutLine => ({
          ...line,
          x: (width - measure(line.text, line.weight) * size) / 2,
          y: foot - (i + 1) * lineHeight + (lineHeight - size),
        }),
      ),
      ...mark.map((line): LaidOutLine => ({ ...line, x: MARGIN, y: foot + MARGIN / 2 })),
    ],
    picture: fit(picture, { x: 0, y: foot, width, height: height - foot }),
  };
}
