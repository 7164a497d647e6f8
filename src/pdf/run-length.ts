// RunLengthDecode (ISO 32000-2, 7.4.5).

import { damaged } from './errors.ts';
import type { Capped } from './filters.ts';

const END_OF_DATA = 128;

/** @throws MalformedPdf `pdf-damaged` { reason: 'object' } when a run is cut short */
export function decodeRunLength(data: Uint8Array, most: number): Capped {
  const length = decodedLength(data);
  if (length > most) return null;
  const output = new Uint8Array(length);
  let to = 0;
  for (const run of runs(data)) {
    if (run.repeat > 0) output.fill(data[run.at] ?? 0, to, to + run.repeat);
    else output.set(data.subarray(run.at, run.at + run.copy), to);
    to += run.repeat + run.copy;
  }
  return output;
}

function decodedLength(data: Uint8Array): number {
  let length = 0;
  for (const run of runs(data)) length += run.repeat + run.copy;
  return length;
}

function* runs(data: Uint8Array): Generator<{ at: number; copy: number; repeat: number }> {
  let at = 0;
  while (at < data.length) {
    const length = data[at] ?? END_OF_DATA;
    if (length === END_OF_DATA) return;
    const run =
      length < END_OF_DATA
        ? { at: at + 1, copy: length + 1, repeat: 0 }
        : { at: at + 1, copy: 0, repeat: 257 - length };
    at = run.at + Math.max(run.copy, 1);
    if (at > data.length) throw damaged('object');
    yield run;
  }
}
