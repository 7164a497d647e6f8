// Files that nobody can sign or judge.

export const ZEROS = new Uint8Array(60_000_000);

/** A file without its last bytes. */
export function without(file: Uint8Array, bytes: number): Uint8Array {
  return file.subarray(0, file.length - bytes);
}

const OBJECTS = [
  '<</Type/Catalog/Pages 2 0 R>>',
  '<</Type/Pages/Kids[3 0 R]/Count 1>>',
  '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>',
  `<</Filter/Standard/V 2/R 3/Length 128/P -44/O<${'5a'.repeat(32)}>/U<${'a5'.repeat(32)}>>>`,
];

/** One page behind a password that nobody knows (standard handler, ISO 32000-1, 7.6.3). */
export const ENCRYPTED_PDF: Uint8Array = encryptedPdf();

function encryptedPdf(): Uint8Array {
  let text = '%PDF-1.7\n';
  const offsets = OBJECTS.map((object, i) => {
    const offset = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const id = '00112233445566778899aabbccddeeff';
  const trailer = `<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<${id}><${id}>]>>`;
  const startxref = text.length;
  text += `xref\n0 5\n0000000000 65535 f \n${rows}trailer\n${trailer}\nstartxref\n${startxref}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}
