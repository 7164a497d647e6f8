// `--tsa`: addresses of time-stamp authorities, in the order of preference.

import { type Arguments, invalidValue } from './arguments.ts';

/** @throws UsageError `option-value-invalid` */
export function readTsaUrls(line: Arguments): readonly string[] {
  return line.values('tsa').map(requireHttpUrl);
}

function requireHttpUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    // The URL is not repeated: it may hold a credential.
    throw invalidValue('tsa', '…', 'https://tsa.example.go.id');
  }
  return url;
}
