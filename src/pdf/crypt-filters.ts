// Which strings and streams are encrypted, and how (ISO 32000-2, 7.6.6).

import type { RevisionView } from './document.ts';
import type { EncryptionDictionary } from './encryption-dictionary.ts';
import { damaged, MalformedPdf } from './errors.ts';
import { asKind, isName, type PdfDictionary, type PdfObject } from './objects.ts';

/** `aes-v2` has a key for each object, `aes-v3` one for the file. */
export type CryptMethod = 'identity' | 'rc4' | 'aes-v2' | 'aes-v3';

/** The methods of a document. */
export interface CryptFilters {
  readonly strings: CryptMethod;
  readonly streams: CryptMethod;
  readonly embeddedFiles: CryptMethod;
  /** Whether streams of `/Type /Metadata` are encrypted like others. */
  readonly encryptMetadata: boolean;
  /** The filters that a stream may name for itself; `Identity` is not among them. */
  readonly named: ReadonlyMap<string, CryptMethod>;
}

/** @throws MalformedPdf `pdf-unsupported` { feature: 'crypt-filter' }, `pdf-encrypted` for a filter that is not there */
export function readCryptFilters(
  { version, encryptMetadata, dictionary }: EncryptionDictionary,
  view: RevisionView,
): CryptFilters {
  if (version < 4) {
    return {
      strings: 'rc4',
      streams: 'rc4',
      embeddedFiles: 'rc4',
      encryptMetadata,
      named: new Map(),
    };
  }
  const named = new Map<string, CryptMethod>();
  for (const [name, filter] of asKind(view.get(dictionary, 'CF'), 'dictionary')?.entries ?? [])
    if (name !== 'Identity')
      named.set(name, methodOf(view.get(requireDictionary(view, filter), 'CFM'), version));
  const standard = (key: string, absent: CryptMethod): CryptMethod => {
    const filter = asKind(view.get(dictionary, key), 'name');
    return filter === undefined ? absent : methodNamed(filter.name, named);
  };
  const streams = standard('StmF', 'identity');
  return {
    strings: standard('StrF', 'identity'),
    streams,
    embeddedFiles: standard('EFF', streams),
    encryptMetadata,
    named,
  };
}

function requireDictionary(view: RevisionView, object: PdfObject): PdfDictionary {
  const dictionary = asKind(view.resolve(object), 'dictionary');
  if (dictionary === undefined) throw new MalformedPdf('pdf-encrypted');
  return dictionary;
}

// Table 25. AES-256 goes with version 5 alone, RC4 and AES-128 with version 4.
function methodOf(name: PdfObject, version: number): CryptMethod {
  if (name === null || isName(name, 'None')) return 'identity';
  if (version === 4 && isName(name, 'V2')) return 'rc4';
  if (version === 4 && isName(name, 'AESV2')) return 'aes-v2';
  if (version === 5 && isName(name, 'AESV3')) return 'aes-v3';
  throw new MalformedPdf('pdf-unsupported', { feature: 'crypt-filter' });
}

function methodNamed(name: string, named: ReadonlyMap<string, CryptMethod>): CryptMethod {
  if (name === 'Identity') return 'identity';
  const method = named.get(name);
  if (method === undefined) throw new MalformedPdf('pdf-encrypted');
  return method;
}

/**
 * How the data of a stream are encrypted: as its own `/Crypt` filter says, else as its kind.
 * @throws MalformedPdf `pdf-encrypted` when it names a filter that is not there
 */
export function methodOfStream(
  { entries }: PdfDictionary,
  filters: CryptFilters,
  resolve: (object: PdfObject | undefined) => PdfObject,
): CryptMethod {
  // Readers need these before they know that the file is encrypted (7.5.8.2).
  if (isName(entries.get('Type'), 'XRef')) return 'identity';
  const own = ownFilter(entries, resolve);
  if (own !== null) return methodNamed(own, filters.named);
  if (isName(entries.get('Type'), 'Metadata') && !filters.encryptMetadata) return 'identity';
  return isName(entries.get('Type'), 'EmbeddedFile') ? filters.embeddedFiles : filters.streams;
}

/** The name that a `/Crypt` filter gives, which must be the first of a stream's filters (7.4.10). */
function ownFilter(
  entries: PdfDictionary['entries'],
  resolve: (object: PdfObject | undefined) => PdfObject,
): string | null {
  const first = (object: PdfObject): PdfObject => {
    const array = asKind(object, 'array');
    return array === undefined ? object : resolve(array.items[0]);
  };
  const filters = resolve(entries.get('Filter'));
  const later = asKind(filters, 'array')?.items.slice(1) ?? [];
  if (later.some((filter) => isName(resolve(filter), 'Crypt'))) throw damaged('object');
  if (!isName(first(filters), 'Crypt')) return null;
  const parameters = asKind(first(resolve(entries.get('DecodeParms'))), 'dictionary');
  const name = resolve(parameters?.entries.get('Name'));
  return name === null ? 'Identity' : (asKind(name, 'name')?.name ?? '');
}
