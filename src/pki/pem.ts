// Certificates in a file: DER as it is, or the textual encoding of RFC 7468.

const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;
// DER of a certificate begins with a SEQUENCE; text never does.
const SEQUENCE = 0x30;

/** One certificate in DER, or all that a text holds; nothing is read of them here. @returns DER, empty where there is none */
export function certificatesInFile(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes[0] === SEQUENCE) return [new Uint8Array(bytes)];
  const text = new TextDecoder('latin1').decode(bytes);
  return [...text.matchAll(BLOCK)].flatMap(([, encoded = '']) => base64OrNone(encoded));
}

function base64OrNone(encoded: string): readonly Uint8Array[] {
  try {
    return [Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0))];
  } catch {
    // What is not base64 is no certificate; whoever looks for one finds none.
    return [];
  }
}
