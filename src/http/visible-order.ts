// From the parameters of a request to what a signature shows, and where.

import type { AnchorOrder, PlacementOrder, SigningOrder, VisibleOrder } from './ports.ts';
import { HttpProblem, type RequestFault } from './problems.ts';
import type { OrderParameters } from './schemas.ts';
import type { Upload } from './upload.ts';

type Visible = Pick<SigningOrder, 'placement' | 'appearance'> & Partial<Pick<SigningOrder, 'collision'>>;

/** @throws HttpProblem `invalid-request` for parameters that make no sense together */
export function visibleOrder(upload: Pick<Upload, 'parts'>, parameters: OrderParameters): Visible {
  const placement = placementOf(parameters);
  const { fieldName, collision } = parameters;
  const visible = parameters.visible ?? placement !== null;
  if (visible && placement === null && fieldName === undefined)
    throw refused([
      { pointer: '/rect', message: 'a visible signature needs "rect", "anchor" or "fieldName"' },
    ]);
  const look = lookOf(upload, parameters);
  if (!visible) {
    if (placement !== null || Object.keys(look).length > 0)
      throw refused([
        { pointer: '/visible', message: 'an invisible signature shows nothing and stands nowhere' },
      ]);
    return { placement: null, appearance: null };
  }
  return { placement, appearance: look, ...(collision === undefined ? {} : { collision }) };
}

function lookOf({ parts: files }: Pick<Upload, 'parts'>, parameters: OrderParameters): VisibleOrder {
  const { position, rank, nip, parts, qr, footer } = parameters;
  const image = files.get('image');
  const logo = files.get('logo');
  if (image !== undefined && qr !== undefined)
    throw refused([{ pointer: '/image', message: 'a block shows a picture or a QR code, not both' }]);
  if (logo !== undefined && qr === undefined)
    throw refused([{ pointer: '/logo', message: 'has a meaning only beside "qr"' }]);
  return {
    ...(position === undefined ? {} : { position }),
    ...(rank === undefined ? {} : { rank }),
    ...(nip === undefined ? {} : { nip }),
    ...(parts === undefined ? {} : { parts }),
    ...(image === undefined ? {} : { picture: { kind: 'image', bytes: image } }),
    ...(qr === undefined ? {} : { picture: { kind: 'qr', content: qr, logo: logo ?? null } }),
    ...(footer === undefined ? {} : { footer }),
  };
}

function placementOf(parameters: OrderParameters): PlacementOrder | AnchorOrder | null {
  const { rect, page, origin, anchor } = parameters;
  if (rect !== undefined && anchor !== undefined)
    throw refused([
      { pointer: '/anchor', message: 'the place is named by "rect" or by "anchor", not by both' },
    ]);
  const ofAnchor = ['anchorOccurrence', 'anchorSize', 'anchorOffset', 'anchorAlign', 'anchorTag'] as const;
  const stray = [
    ...(rect === undefined && anchor === undefined && page !== undefined ? ['page'] : []),
    ...(rect === undefined && origin !== undefined ? ['origin'] : []),
    ...(anchor === undefined ? ofAnchor.filter((name) => parameters[name] !== undefined) : []),
  ];
  if (stray.length > 0)
    throw refused(
      stray.map((name) => ({
        pointer: `/${name}`,
        message: name.startsWith('anchor')
          ? 'has a meaning only beside "anchor"'
          : 'has a meaning only beside "rect"',
      })),
    );
  if (rect !== undefined) return { page: page ?? 'last', rect, origin: origin ?? 'bottom-left' };
  return anchor === undefined ? null : anchorOf(anchor, parameters);
}

const USUAL_SIZE = { width: 180, height: 72 };

function anchorOf(text: string, parameters: OrderParameters): AnchorOrder {
  return {
    anchor: {
      text,
      page: parameters.page ?? null,
      occurrence: parameters.anchorOccurrence ?? 'only',
      ...(parameters.anchorSize ?? USUAL_SIZE),
      align: parameters.anchorAlign ?? 'lower-left',
      offset: parameters.anchorOffset ?? { x: 0, y: 0 },
      tag: parameters.anchorTag ?? 'keep',
    },
  };
}

function refused(faults: readonly RequestFault[]): HttpProblem {
  return new HttpProblem('invalid-request', {}, faults);
}
