// Developer extensions in the catalog (ISO 32000-2, 7.12): that a file of PDF 1.7 uses what came after it.

import type { RevisionView } from './document.ts';
import { asKind, type PdfDictionary, pdfDictionary, pdfName, pdfNumber, withEntries } from './objects.ts';

/** An entry that `/Extensions` should have. */
export interface DeveloperExtension {
  readonly prefix: string;
  /** As in `1.7`. */
  readonly baseVersion: string;
  readonly level: number;
}

/** PAdES level 1: `/DSS` and document time-stamps; level 2: `ETSI.CAdES.detached` (EN 319 142-1, 5.1 and 6.3). */
export function padesExtension(version: string, level: 1 | 2): DeveloperExtension | null {
  // PDF 2.0 contains it all; in a file older than 1.7 a base version of 1.7 would contradict the header (7.12.2).
  return version === '1.7' ? { prefix: 'ESIC', baseVersion: '1.7', level } : null;
}

/**
 * The catalog with this extension, or null when it already says so much or more.
 * @param catalog - the catalog as the update has it so far
 */
export function withExtension(
  view: RevisionView,
  catalog: PdfDictionary,
  extension: DeveloperExtension,
): PdfDictionary | null {
  const extensions =
    asKind(view.resolve(catalog.entries.get('Extensions')), 'dictionary') ?? pdfDictionary({});
  const levelOf = (prefix: string) => {
    const entry = asKind(view.resolve(extensions.entries.get(prefix)), 'dictionary');
    return asKind(view.resolve(entry?.entries.get('ExtensionLevel')), 'number')?.value ?? 0;
  };
  // Adobe's level 8 already holds the signature formats of ETSI level 2.
  if (levelOf(extension.prefix) >= extension.level || levelOf('ADBE') >= 8) return null;
  const entry = pdfDictionary({
    BaseVersion: pdfName(extension.baseVersion),
    ExtensionLevel: pdfNumber(extension.level),
  });
  // The dictionary and its entries must be direct (7.12.1), wherever the old one stood.
  return withEntries(catalog, { Extensions: withEntries(extensions, { [extension.prefix]: entry }) });
}
