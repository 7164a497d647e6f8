// Bytes in JSON: base64 with padding (RFC 4648, 4), one text for the same bytes.

// More arguments than this at once would exhaust the stack of some engines.
const PIECE = 0x8000;

export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let offset = 0; offset < bytes.length; offset += PIECE) {
    binary += String.fromCharCode(...bytes.subarray(offset, offset + PIECE));
  }
  return btoa(binary);
}

/** @returns null for anything but the text that `encodeBase64` gives for some bytes */
export function decodeBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  // The last group may hold bits that belong to no byte; were they free, two texts would mean the same bytes.
  const lastGroup = bytes.subarray(3 * Math.max(0, text.length / 4 - 1));
  return encodeBase64(lastGroup) === text.slice(-4) ? bytes : null;
}
