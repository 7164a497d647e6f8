// What a request may say about what a signature shows, and where.

import { z } from 'zod';

const line = (most: number): z.ZodString => z.string().min(1).max(most);
const NUMBER = String.raw`-?\d{1,5}(?:\.\d{1,4})?`;

/** Above zero. */
const LENGTH = String.raw`(?:0{0,4}[1-9]\d{0,4}(?:\.\d{1,4})?|0{1,5}\.\d{0,3}[1-9]\d{0,3})`;

/** Numbers separated by commas. */
function numbers(...kinds: readonly string[]): z.ZodString {
  return z.string().regex(new RegExp(String.raw`^\s*${kinds.join(String.raw`\s*,\s*`)}\s*$`));
}

/** `x,y,width,height` in points; width and height must leave room for something. */
const rectangle = numbers(NUMBER, NUMBER, LENGTH, LENGTH)
  .transform((text) => {
    const [x = 0, y = 0, width = 0, height = 0] = text.split(',').map(Number);
    return { x, y, width, height };
  })
  .meta({
    description: 'x,y,width,height in points (1/72 inch) of the page as displayed.',
    example: '36,36,180,60',
  });

const page = z
  .string()
  .regex(/^(last|[1-9]\d{0,5})$/)
  .transform((text) => (text === 'last' ? ('last' as const) : Number(text)))
  .meta({
    description:
      'Page of the visible signature, counted from 1, or "last". With "rect" the default is the last page; with "anchor" all pages are searched.',
    example: '1',
  });

const size = numbers(LENGTH, LENGTH)
  .transform((text) => {
    const [width = 0, height = 0] = text.split(',').map(Number);
    return { width, height };
  })
  .meta({ description: 'width,height in points. Default: 180,72.', example: '180,72' });

const offset = numbers(NUMBER, NUMBER)
  .transform((text) => {
    const [x = 0, y = 0] = text.split(',').map(Number);
    return { x, y };
  })
  .meta({ description: 'How far to the right and up, in points. Default: 0,0.', example: '0,-10' });

const occurrence = z
  .string()
  .regex(/^(only|first|last|[1-9]\d{0,3})$/)
  .transform((text) => (text === 'only' || text === 'first' || text === 'last' ? text : Number(text)))
  .meta({
    description:
      'Which occurrence of "anchor", in reading order: "only" (default; several are refused), "first", "last", or its number.',
  });

const truth = z.enum(['true', 'false']).transform((text) => text === 'true');

const PARTS = ['lead', 'position', 'name', 'rank', 'nip', 'time'] as const;

const PART = String.raw`\s*(?:${PARTS.join('|')})\s*`;

const parts = z
  .string()
  .regex(new RegExp(`^(?:none|${PART}(?:,${PART})*)$`))
  .transform((text) => (text === 'none' ? [] : text.split(',').map((part) => part.trim())))
  .pipe(z.array(z.enum(PARTS)))
  .meta({
    description: `Which lines the block shows: a list of ${PARTS.join(', ')}, or "none" for the picture alone. Default: all that have a value.`,
    example: 'lead,position,name,nip',
  });

/** Parameters of the form or of the query. */
export const visibleParameters = {
  visible: truth.optional().meta({
    description:
      'Whether the signature shows a block. It needs "rect" or "anchor", or "fieldName" of an existing field. Default: true where "rect" or "anchor" is given.',
  }),
  page: page.optional(),
  rect: rectangle.optional(),
  origin: z.enum(['top-left', 'bottom-left', 'top-right', 'bottom-right']).optional().meta({
    description:
      'Corner of the page that "rect" is measured from, to the same corner of the rectangle. Default: bottom-left.',
  }),
  anchor: line(64).optional().meta({
    description: 'A text on the page that the signature is put at, case-sensitive.',
    example: `\${ttd_pengirim}`,
  }),
  anchorOccurrence: occurrence.optional(),
  anchorSize: size.optional(),
  anchorOffset: offset.optional(),
  anchorAlign: z.enum(['lower-left', 'center']).optional().meta({
    description:
      'lower-left (default): the lower left corner stands where the text begins. center: the centres stand on each other.',
  }),
  anchorTag: z
    .enum(['keep', 'cover'])
    .optional()
    .meta({ description: 'cover: the text is painted over in white. Default: keep.' }),
  collision: z.enum(['refuse', 'warn', 'ignore']).optional().meta({
    description:
      'What happens where the signature would cover text, pictures or annotations. Default: refuse. An earlier signature is never covered.',
  }),
  position: line(200).optional().meta({
    description: 'Position (jabatan) shown in the block.',
    example: 'Kepala Dinas Komunikasi dan Informatika',
  }),
  rank: line(100)
    .optional()
    .meta({ description: 'Rank (pangkat) shown in the block.', example: 'Pembina Utama Muda' }),
  nip: z
    .string()
    .regex(/^(\s*\d){18}\s*$/)
    .optional()
    .meta({ description: 'NIP shown in the block, 18 digits.', example: '000000000000000000' }),
  parts: parts.optional(),
  qr: line(2048).optional().meta({
    description:
      'Content of a QR code shown in the block, as an address of this document. The part "logo" stands in its middle.',
    example: 'https://surat.example.go.id/d/0001',
  }),
  footer: truth.optional().meta({
    description:
      'Whether the usual sentence about electronic signatures is put at the foot of the page. Only in a document that nobody has signed.',
  }),
};

/** Parts of a form that are pictures. */
export const pictureParts = {
  image: 'A picture shown in the block instead of a QR code, PNG or JPEG.',
  logo: 'A picture in the middle of the QR code, PNG or JPEG.',
};
