// Reading document security stores (ISO 32000-2, 12.8.4.3): validation data as bytes; what they hold is for others to parse.

import type { PdfDocument, RevisionView } from './document.ts';
import { MalformedPdf } from './errors.ts';
import { asKind, type PdfDictionary, type PdfStream } from './objects.ts';

/** Validation data found in a document; nothing in it is checked. */
export interface SecurityStoreContents {
  readonly certificates: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
}

/** One item of a store. */
export interface StoredItem {
  readonly kind: 'certificate' | 'ocsp' | 'crl';
  readonly data: Uint8Array;
  /** Index of the first revision whose store has it. */
  readonly revision: number;
}

const KINDS = [
  { kind: 'certificate', key: 'Certs', keyInVri: 'Cert' },
  { kind: 'ocsp', key: 'OCSPs', keyInVri: 'OCSP' },
  { kind: 'crl', key: 'CRLs', keyInVri: 'CRL' },
] as const;

/**
 * Gathers the stores of every revision, so that dropping an entry later hides nothing; VRI entries are read too, since some
 * writers list a response only there.
 * @throws MalformedPdf `limits-exceeded`
 */
export function readStoredItems(document: PdfDocument): readonly StoredItem[] {
  const items: StoredItem[] = [];
  const seen = new Set<string>();
  const budget = { streams: document.limits.dssStreams, bytes: document.limits.dssBytes };
  for (const { index: revision } of document.revisions) {
    const view = document.viewOf(revision);
    const store = asKind(view.get(view.catalog(), 'DSS'), 'dictionary');
    if (store === undefined) continue;
    const take = (dictionary: PdfDictionary, key: string, kind: StoredItem['kind']): void => {
      for (const stream of streamsIn(view, dictionary, key, seen))
        items.push({ kind, data: decodeWithin(view, stream, budget), revision });
    };
    for (const { kind, key } of KINDS) take(store, key, kind);
    const vri = asKind(view.get(store, 'VRI'), 'dictionary');
    for (const entry of vri?.entries.values() ?? []) {
      const item = asKind(view.resolve(entry), 'dictionary');
      if (item === undefined) continue;
      for (const { kind, keyInVri } of KINDS) take(item, keyInVri, kind);
    }
  }
  return items;
}

/** The same, by kind. @throws MalformedPdf `limits-exceeded` */
export function readSecurityStores(document: PdfDocument): SecurityStoreContents {
  const items = readStoredItems(document);
  const ofKind = (kind: StoredItem['kind']): readonly Uint8Array[] =>
    items.filter((item) => item.kind === kind).map(({ data }) => data);
  return { certificates: ofKind('certificate'), ocspResponses: ofKind('ocsp'), crls: ofKind('crl') };
}

/** The streams of an array that have not been taken before; the same bytes at the same place count once. */
function streamsIn(
  view: RevisionView,
  dictionary: PdfDictionary,
  key: string,
  seen: Set<string>,
): readonly PdfStream[] {
  const streams: PdfStream[] = [];
  for (const item of asKind(view.get(dictionary, key), 'array')?.items ?? []) {
    const stream = asKind(view.resolve(item), 'stream');
    if (stream === undefined || seen.has(`${key[0]}${stream.dataOffset}`)) continue;
    seen.add(`${key[0]}${stream.dataOffset}`);
    streams.push(stream);
  }
  return streams;
}

function decodeWithin(
  view: RevisionView,
  stream: PdfStream,
  budget: { streams: number; bytes: number },
): Uint8Array {
  const data = view.decode(stream);
  budget.streams -= 1;
  budget.bytes -= data.length;
  if (budget.streams < 0)
    throw new MalformedPdf('limits-exceeded', { limit: 'dssStreams', value: view.revision.index });
  if (budget.bytes < 0) throw new MalformedPdf('limits-exceeded', { limit: 'dssBytes', value: data.length });
  return data;
}
