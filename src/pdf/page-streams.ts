// The content streams of a page as one (ISO 32000-2, 7.8.2).

import type { RevisionView } from './document.ts';
import { limitExceeded } from './errors.ts';
import type { PdfLimits } from './limits.ts';
import { asKind } from './objects.ts';
import type { Page } from './page-tree.ts';

const LF = Uint8Array.of(0x0a);

/**
 * What a page draws, its filters undone. The end of a stream also ends a token.
 * @throws MalformedPdf `limits-exceeded` `contentBytes` also where one stream is named over and over
 */
export function pageContents(view: RevisionView, page: Page, limits: PdfLimits): Uint8Array {
  const contents = view.get(page.dictionary, 'Contents');
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const item of asKind(contents, 'array')?.items ?? [contents]) {
    const stream = asKind(view.resolve(item), 'stream');
    if (stream === undefined) continue;
    const data = view.decode(stream);
    length += data.length + LF.length;
    if (length > limits.contentBytes) throw limitExceeded(limits, 'contentBytes');
    parts.push(data, LF);
  }
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
