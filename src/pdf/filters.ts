// Undoing stream filters (ISO 32000-2, 7.4), each step with a hard cap on what may come out.

import { InflateFailed, type Inflater } from '../platform/platform.ts';
import { decodeAscii85, decodeAsciiHex } from './ascii-filters.ts';
import { damaged, limitExceeded, MalformedPdf } from './errors.ts';
import type { PdfLimits } from './limits.ts';
import { decodeLzw } from './lzw.ts';
import { asKind, type PdfDictionary, type PdfObject } from './objects.ts';
import { type PredictorParameters, undoPredictor } from './predictors.ts';
import { decodeRunLength } from './run-length.ts';

export interface FilterContext {
  readonly inflater: Inflater;
  readonly limits: PdfLimits;
  /** Follows a reference; filter names and parameters may be indirect. */
  readonly resolve: (object: PdfObject | undefined) => PdfObject;
}

/** Output that may not outgrow its limit. Decoders return null instead of going on. */
export type Capped = Uint8Array | null;

/**
 * Undoes all filters of a stream.
 * @returns the data, and how many bytes the steps produced together
 * @throws MalformedPdf `limits-exceeded`, `pdf-unsupported` { feature: 'filter' }, `pdf-damaged` { reason: 'object' }
 */
export function decodeStreamData(
  raw: Uint8Array,
  dictionary: PdfDictionary,
  context: FilterContext,
): { readonly data: Uint8Array; readonly produced: number } {
  const { limits, resolve } = context;
  if (dictionary.entries.has('F')) throw new MalformedPdf('pdf-unsupported', { feature: 'external-stream' });
  const filters = listOf(resolve(dictionary.entries.get('Filter')), resolve);
  if (filters.length > limits.filtersPerStream) throw limitExceeded(limits, 'filtersPerStream');
  const parameters = listOf(resolve(dictionary.entries.get('DecodeParms')), resolve);
  let data = raw;
  let produced = 0;
  for (const [index, filter] of filters.entries()) {
    const name = asKind(filter, 'name')?.name;
    if (name === undefined) throw damaged('object');
    data = undoFilter(name, data, asKind(parameters[index], 'dictionary'), context);
    produced += data.length;
  }
  return { data, produced };
}

function listOf(object: PdfObject, resolve: FilterContext['resolve']): readonly PdfObject[] {
  if (object === null) return [];
  return asKind(object, 'array')?.items.map(resolve) ?? [object];
}

function undoFilter(
  name: string,
  data: Uint8Array,
  parameters: PdfDictionary | undefined,
  context: FilterContext,
): Uint8Array {
  const { limits } = context;
  const most = limits.decodedBytesPerStream;
  switch (name) {
    case 'FlateDecode':
      return undoPredictor(inflate(data, context), predictorParameters(parameters, context));
    case 'LZWDecode': {
      const earlyChange = integerParameter(parameters, 'EarlyChange', 1, context) !== 0;
      return undoPredictor(
        withinLimit(decodeLzw(data, earlyChange, most), limits),
        predictorParameters(parameters, context),
      );
    }
    case 'ASCIIHexDecode':
      return decodeAsciiHex(data);
    case 'ASCII85Decode':
      return withinLimit(decodeAscii85(data, most), limits);
    case 'Crypt':
      // Undone with the decryption of the document; in one that is not encrypted it can only be the identity.
      return data;
    case 'RunLengthDecode':
      return withinLimit(decodeRunLength(data, most), limits);
    default:
      throw new MalformedPdf('pdf-unsupported', { feature: 'filter' });
  }
}

function withinLimit(output: Capped, limits: PdfLimits): Uint8Array {
  if (output === null) throw limitExceeded(limits, 'decodedBytesPerStream');
  return output;
}

function inflate(data: Uint8Array, { inflater, limits }: FilterContext): Uint8Array {
  try {
    return inflater.inflate(data, limits.decodedBytesPerStream);
  } catch (cause) {
    if (!(cause instanceof InflateFailed)) throw cause;
    if (cause.code === 'too-large') throw limitExceeded(limits, 'decodedBytesPerStream');
    throw damaged('object', undefined, cause);
  }
}

function predictorParameters(
  parameters: PdfDictionary | undefined,
  context: FilterContext,
): PredictorParameters {
  return {
    predictor: integerParameter(parameters, 'Predictor', 1, context),
    colors: integerParameter(parameters, 'Colors', 1, context),
    bitsPerComponent: integerParameter(parameters, 'BitsPerComponent', 8, context),
    columns: integerParameter(parameters, 'Columns', 1, context),
  };
}

function integerParameter(
  parameters: PdfDictionary | undefined,
  key: string,
  absent: number,
  { resolve }: FilterContext,
): number {
  const object = resolve(parameters?.entries.get(key));
  if (object === null) return absent;
  const number = asKind(object, 'number');
  if (number === undefined || !number.integer) throw damaged('object');
  return number.value;
}
