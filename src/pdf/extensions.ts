// Developer extensions in the catalog (ISO 32000-2, 7.12): what a file uses that came after the version in its header.

import type { RevisionView } from './document.ts';
import {
  asKind,
  type PdfDictionary,
  type PdfObject,
  pdfArray,
  pdfDictionary,
  pdfName,
  pdfNumber,
  pdfTextString,
  withEntries,
} from './objects.ts';

/** An entry that `/Extensions` should have. */
export type DeveloperExtension = EtsiExtension | IsoExtension;

interface EtsiExtension {
  readonly prefix: 'ESIC';
  /** As in `1.7`. */
  readonly baseVersion: '1.7';
  /** A higher one contains the lower. */
  readonly level: 1 | 2;
}

/** A technical specification beside ISO 32000-2; each has an entry of its own. */
interface IsoExtension {
  readonly prefix: 'ISO_';
  readonly baseVersion: '2.0';
  readonly level: 32_002;
}

/** PAdES level 1: `/DSS` and document time-stamps; level 2: `ETSI.CAdES.detached` (EN 319 142-1, 5.1 and 6.3). */
export function padesExtension(version: string, level: 1 | 2): DeveloperExtension | null {
  // PDF 2.0 contains it all; in a file older than 1.7 a base version of 1.7 would contradict the header (7.12.2).
  return version === '1.7' ? { prefix: 'ESIC', baseVersion: '1.7', level } : null;
}

/** ISO/TS 32002: signatures with Edwards and further NIST curves. Before PDF 2.0 there is nothing that it could extend. */
export function isoExtension(version: string, level: 32_002): DeveloperExtension | null {
  return version === '2.0' ? { prefix: 'ISO_', baseVersion: '2.0', level } : null;
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
  const entry =
    extension.prefix === 'ESIC'
      ? etsiEntry(view, extensions, extension)
      : isoEntry(view, extensions, extension);
  if (entry === null) return null;
  // The dictionary and its entries must be direct (7.12.1), wherever the old one stood.
  return withEntries(catalog, { Extensions: withEntries(extensions, { [extension.prefix]: entry }) });
}

function etsiEntry(
  view: RevisionView,
  extensions: PdfDictionary,
  { prefix, baseVersion, level }: EtsiExtension,
): PdfObject | null {
  const highest = (of: string) => Math.max(0, ...levelsOf(view, extensions, of));
  // Adobe's level 8 already holds the signature formats of ETSI level 2.
  if (highest(prefix) >= level || highest('ADBE') >= 8) return null;
  return pdfDictionary({ BaseVersion: pdfName(baseVersion), ExtensionLevel: pdfNumber(level) });
}

/** Several specifications stand side by side in an array, as PDF 2.0 allows it (7.12.3). */
function isoEntry(
  view: RevisionView,
  extensions: PdfDictionary,
  { prefix, baseVersion, level }: IsoExtension,
): PdfObject | null {
  if (levelsOf(view, extensions, prefix).includes(level)) return null;
  const added = pdfDictionary({
    Type: pdfName('DeveloperExtensions'),
    BaseVersion: pdfName(baseVersion),
    ExtensionLevel: pdfNumber(level),
    ExtensionRevision: pdfTextString(':2022'),
    URL: pdfTextString('https://www.iso.org/standard/45875.html'),
  });
  const old = entriesOf(view, extensions, prefix);
  return pdfArray([...old, added]);
}

function levelsOf(view: RevisionView, extensions: PdfDictionary, prefix: string): readonly number[] {
  return entriesOf(view, extensions, prefix).map(
    (entry) => asKind(view.get(entry, 'ExtensionLevel'), 'number')?.value ?? 0,
  );
}

function entriesOf(view: RevisionView, extensions: PdfDictionary, prefix: string): readonly PdfDictionary[] {
  const value = view.resolve(extensions.entries.get(prefix));
  const items = asKind(value, 'array')?.items ?? [value];
  return items.map((item) => asKind(view.resolve(item), 'dictionary')).filter((entry) => entry !== undefined);
}
