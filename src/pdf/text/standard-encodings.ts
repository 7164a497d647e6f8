// The encodings of simple fonts that need no table in the file (ISO 32000-2, annex D).

/** Text by code, 0 to 255; null where the encoding has nothing. */
export type Encoding = readonly (string | null)[];

export type EncodingName = 'StandardEncoding' | 'WinAnsiEncoding' | 'MacRomanEncoding';

const ASCII: Encoding = Array.from({ length: 256 }, (_, code) =>
  code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : null,
);

// From 0xa1 on, a blank where there is nothing.
const STANDARD_HIGH =
  "¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ –†‡· ¶•‚„”»…‰ ¿ `´ˆ˜¯˘˙¨ ˚¸ ˝˛ˇ—                Æ ª    ŁØŒº     æ   ı  łøœß";

export const ENCODINGS: Readonly<Record<EncodingName, Encoding>> = {
  StandardEncoding: ASCII.map((character, code) => {
    if (code === 0x27) return '’';
    if (code === 0x60) return '‘';
    const high = STANDARD_HIGH[code - 0xa1] ?? ' ';
    return character ?? (high === ' ' ? null : high);
  }),
  // Unused codes are shown as bullets (annex D.3, note 3).
  WinAnsiEncoding: decoded('windows-1252').map((character, code) =>
    character !== null && code > 0x7e && code < 0xa0 && character.charCodeAt(0) < 0xa0 ? '•' : character,
  ),
  MacRomanEncoding: decoded('macintosh'),
};

function decoded(label: string): Encoding {
  const decoder = new TextDecoder(label);
  return ASCII.map((_, code) => (code < 0x20 ? null : decoder.decode(Uint8Array.of(code))));
}
