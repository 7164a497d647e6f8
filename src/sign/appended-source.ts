// A document followed by what is appended to it, read where both stand.

import { concatBytes } from '../asn1/values.ts';
import { bytesSource, type Source } from '../platform/platform.ts';

/** Neither the document nor the result is copied. */
export function appendedSource(source: Source, appended: Uint8Array): Source {
  const tail = bytesSource(appended);
  return {
    size: source.size + tail.size,
    read: (offset, length) => {
      const end = offset + length;
      if (end <= source.size) return source.read(offset, length);
      if (offset >= source.size) return tail.read(offset - source.size, length);
      const head = source.read(offset, source.size - offset);
      return concatBytes([head, tail.read(0, end - source.size)]);
    },
  };
}
