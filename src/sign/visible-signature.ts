// All that a signature shows: the block in its place, the same on other pages, and the sentence at a page's foot.

import type { Instant } from '../asn1/values.ts';
import type { AnchorPlacement } from '../pdf/anchor.ts';
import { claimsArchival } from '../pdf/archival-claim.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { PageContent } from '../pdf/page-content.ts';
import { type CollisionPolicy, type PageSpot, requireSpot } from '../pdf/page-spot.ts';
import { displayedSize, type Placement } from '../pdf/placement.ts';
import type { SigningPlace } from '../pdf/signing-place.ts';
import type { Certificate } from '../pki/certificate.ts';
import { bytesSource, type Platform } from '../platform/platform.ts';
import { drawAppearance } from './appearance.ts';
import { appearanceLines, type BlockFields } from './appearance-text.ts';
import type { DrawingRules, Picture } from './draw-picture.ts';
import { SigningRefused } from './errors.ts';
import { drawFooter, FOOTER_HEIGHT, footerLines } from './footer.ts';
import { readCallersPicture } from './image/callers-picture.ts';
import { openOnce } from './prepared-signature.ts';
import { qrMatrix } from './qr-matrix.ts';

/** A picture as a caller gives it. */
export type PictureWish =
  /** PNG or JPEG. */
  | { readonly kind: 'image'; readonly bytes: Uint8Array }
  /** A QR code with this content; the logo, PNG or JPEG, stands in its middle. */
  | {
      readonly kind: 'qr';
      readonly content: string;
      readonly logo: Uint8Array | null;
      /** Where no telephone could read it; absent: refuse. */
      readonly dense?: 'refuse' | 'allow';
    };

export interface VisibleWish extends BlockFields {
  readonly picture?: PictureWish;
  /** The same block once more on other places, as content of their pages. */
  readonly alsoAt?: readonly (Placement | AnchorPlacement)[];
  /** Blocks with a picture of their own, as content of their pages. */
  readonly further?: readonly {
    readonly at: Placement | AnchorPlacement;
    readonly picture: PictureWish;
  }[];
  /** `picture`: it takes the whole place, with no text but the caption. Absent: the block of letters. */
  readonly arrangement?: 'block' | 'picture';
  /** `refuse`: it is not signed in a field that shows nothing (`qr-too-dense`). */
  readonly missing?: 'refuse';
  /** The usual sentence at the foot of the page of the signature. */
  readonly footer?: boolean;
}

export interface DrawnSignature {
  /** A one-page document, null for a signature that shows nothing. */
  readonly appearance: PdfDocument | null;
  readonly pageContent: readonly PageContent[];
}

interface DrawingContext {
  readonly platform: Platform;
  readonly now: Instant;
  readonly timeZone: string;
}

/** @throws SigningRefused, MalformedPdf, UpdateRefused */
export async function drawVisibleSignature(
  document: PdfDocument,
  place: SigningPlace,
  wish: VisibleWish,
  collision: CollisionPolicy,
  certificate: Certificate,
  context: DrawingContext,
): Promise<DrawnSignature> {
  if (place.place === null) {
    if (wish.missing === 'refuse') throw new SigningRefused('qr-too-dense', { modulePt: null });
    return { appearance: null, pageContent: [] };
  }
  const { platform, now, timeZone } = context;
  const rules: DrawingRules = { digests: platform.digests, archival: claimsArchival(document.last) };
  const { arrangement = 'block' } = wish;
  const lines = appearanceLines(certificate, wish, now, timeZone);
  const draw = async (picture: Picture | null, { cover, place: { width, height } }: Ground) => {
    const drawn = await drawAppearance({ lines, picture, cover, arrangement }, width, height, rules);
    return openOnce(bytesSource(drawn), { platform });
  };
  const picture = readPicture(wish.picture, platform);
  const ground = { cover: place.kind === 'new' ? place.cover : null, place: place.place };
  const appearance = await draw(picture, ground);
  const others = [
    ...(wish.alsoAt ?? []).map((at) => ({ at, picture })),
    ...(wish.further ?? []).map(({ at, picture: other }) => ({ at, picture: readPicture(other, platform) })),
  ];
  const pageContent: PageContent[] = [];
  for (const other of others) {
    const spot = requireSpot(document, other.at, collision);
    const content = await draw(other.picture, spot);
    pageContent.push({ page: spot.page, place: spot.place, content });
  }
  if (wish.footer === true && place.kind === 'new')
    pageContent.push(await footerOn(document, place.page, collision, certificate, rules, platform));
  return { appearance, pageContent };
}

type Ground = Pick<PageSpot, 'cover' | 'place'>;

/** Read as late as this, so that a picture costs nothing when the document is refused. */
function readPicture(wish: PictureWish | undefined, platform: Platform): Picture | null {
  if (wish === undefined) return null;
  if (wish.kind === 'image') return { kind: 'image', image: readCallersPicture(wish.bytes, platform) };
  const logo = wish.logo === null ? null : readCallersPicture(wish.logo, platform);
  return { kind: 'qr', matrix: qrMatrix(wish.content, logo !== null), logo, dense: wish.dense ?? 'refuse' };
}

// From the edges of the page, in points: what office printers do not reach.
const FOOTER_MARGIN = { side: 36, bottom: 18 };

async function footerOn(
  document: PdfDocument,
  page: PageContent['page'],
  collision: CollisionPolicy,
  certificate: Certificate,
  rules: DrawingRules,
  platform: Platform,
): Promise<PageContent> {
  const [pageWidth] = displayedSize(page);
  const width = pageWidth - 2 * FOOTER_MARGIN.side;
  const rect = { x: FOOTER_MARGIN.side, y: FOOTER_MARGIN.bottom, width, height: FOOTER_HEIGHT };
  const drawn = await drawFooter(footerLines(certificate), width, rules);
  if (drawn === null) throw new SigningRefused('placement-too-small', { rect });
  const spot = requireSpot(document, { page: page.number, rect, origin: 'bottom-left' }, collision);
  return { page, place: spot.place, content: openOnce(bytesSource(drawn), { platform }) };
}
