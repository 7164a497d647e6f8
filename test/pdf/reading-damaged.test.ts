// What needs a guess: refused by a signer, read as far as it is certain by a verifier.

import t from 'tap';
import { pageAt } from '../../src/pdf/page-tree.ts';
import {
  CATALOG,
  endMarker,
  FileBuilder,
  hybridDocument,
  latin1Bytes,
  loadNumber,
  malformed,
  onePage,
  open,
  PAGE,
  PAGES,
  tableDocument,
  textOfBytes,
} from './reading-samples.ts';

const SIGNED_CATALOG = '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] /SigFlags 3 >> >>';
const FIELD = '<< /FT /Sig /T (Signature) /V 5 0 R >>';
const VALUE = '<< /Type /Sig /Filter /Adobe.PPKLite /ByteRange [0 1 2 3] /Contents <00> >>';

/** A file with the look of a signature in its second revision. */
function signedDocument(): FileBuilder {
  const file = tableDocument();
  file.object(1, SIGNED_CATALOG).object(4, FIELD).object(5, VALUE);
  file.table('/Size 6 /Root 1 0 R');
  return file;
}

const text = (file: FileBuilder) => textOfBytes(file.bytes());

t.test('a file without a header is no PDF; one before the header is refused whoever asks', (t) => {
  t.equal(
    malformed(() => open(new Uint8Array(), 'read')),
    'not-pdf',
  );
  t.equal(
    malformed(() => open(new Uint8Array(60_000), 'read')),
    'not-pdf',
  );
  t.equal(
    malformed(() => open(latin1Bytes(`${'\n'.repeat(1024)}${text(tableDocument())}`), 'read')),
    'not-pdf',
  );
  const shifted = latin1Bytes(` ${text(tableDocument())}`);
  t.equal(
    malformed(() => open(shifted)),
    'pdf-damaged header-offset',
  );
  t.equal(
    malformed(() => open(shifted, 'read')),
    'pdf-damaged header-offset',
  );
  t.end();
});

/** Sound files with one thing broken that only a guess could mend. */
const BROKEN: Readonly<Record<string, { readonly bytes: string; readonly reason: string }>> = {
  'a missing startxref': {
    bytes: text(tableDocument()).replace('startxref', 'startxraf'),
    reason: 'startxref',
  },
  'a startxref that leads nowhere': {
    bytes: text(tableDocument()).replace(/startxref\n\d+/, 'startxref\n17'),
    reason: 'xref',
  },
  'a startxref beyond the end': {
    bytes: text(tableDocument()).replace(/startxref\n\d+/, 'startxref\n99999999'),
    reason: 'xref',
  },
  'a negative startxref': {
    bytes: text(tableDocument()).replace(/startxref\n\d+/, 'startxref\n-17'),
    reason: 'startxref',
  },
  'a missing %%EOF': { bytes: text(tableDocument()).replace('%%EOF', ''), reason: 'startxref' },
  'an incomplete startxref behind a complete one': {
    bytes: `${text(tableDocument())}startxref\n`,
    reason: 'startxref',
  },
  'rows that are 19 bytes wide': {
    bytes: text(tableDocument()).replaceAll(' n\r\n', ' n\n'),
    reason: 'xref',
  },
  'rows padded with blanks': {
    bytes: text(tableDocument()).replace(/\n00000(\d{5}) 00000 n/, '\n     $1 00000 n'),
    reason: 'xref',
  },
  'a missing trailer': { bytes: text(tableDocument()).replace('trailer', 'trayler'), reason: 'xref' },
  'a trailer key twice': {
    bytes: text(tableDocument()).replace('/Root 1 0 R', '/Root 1 0 R /Root 3 0 R'),
    reason: 'duplicate-key',
  },
  'a catalog key twice': {
    bytes: text(
      (() => {
        const file = new FileBuilder().object(1, '<< /Type /Catalog /Pages 3 0 R /Pages 2 0 R >>');
        file.object(2, PAGES).object(3, PAGE).table('/Size 4 /Root 1 0 R');
        return file;
      })(),
    ),
    reason: 'duplicate-key',
  },
  'a catalog row that leads to another object': {
    bytes: text(tableDocument()).replace('1 0 obj', '7 0 obj'),
    reason: 'object',
  },
  'a /Prev that is no offset': {
    bytes: text(tableDocument()).replace('/Root 1 0 R', '/Root 1 0 R /Prev 1 0 R'),
    reason: 'xref',
  },
  'a root that is no dictionary': {
    bytes: text(tableDocument()).replace('/Root 1 0 R', '/Root 9 0 R'),
    reason: 'xref',
  },
};

for (const [what, { bytes, reason }] of Object.entries(BROKEN)) {
  t.test(`${what} is not guessed around`, (t) => {
    t.equal(
      malformed(() => open(latin1Bytes(bytes))),
      `pdf-damaged ${reason}`,
    );
    t.end();
  });
}

t.test('an unsigned file is repaired by a scan, where the scan leaves no choice', (t) => {
  for (const what of [
    'a missing startxref',
    'a missing %%EOF',
    'rows that are 19 bytes wide',
    'a missing trailer',
  ]) {
    const document = open(latin1Bytes(BROKEN[what]?.bytes ?? ''), 'read');
    t.equal(document.reading, 'repaired', what);
    t.equal(pageAt(document.last, 1)?.reference.number, 3, what);
    t.equal(document.revisions.length, 1);
  }
  t.end();
});

t.test('of several definitions the last one counts, those in object streams too', (t) => {
  const file = onePage()
    .object(4, '(old)')
    .objectStream(5, new Map([[6, '(in a stream)']]))
    .object(4, '(new)');
  const document = open(file.bytes(), 'read');
  t.equal(document.reading, 'repaired');
  t.match(loadNumber(document, 4), { bytes: latin1Bytes('new') });
  t.match(loadNumber(document, 6), { bytes: latin1Bytes('in a stream') });
  t.same(document.last.entry(6), { kind: 'compressed', stream: 5, index: 0 });
  t.end();
});

t.test('a repair reads a stream with a wrong length, and an object without endobj', (t) => {
  const file = onePage().stream(4, '', 'ABCDE', 3).object(5, '(x)');
  const broken = text(file).replace('/MediaBox [0 0 595 842] >>\nendobj', '/MediaBox [0 0 595 842] >>');
  const document = open(latin1Bytes(broken), 'read');
  t.match(loadNumber(document, 4), { kind: 'stream', dataLength: 6 });
  t.match(loadNumber(document, 2), { kind: 'dictionary' });
  t.match(loadNumber(document, 5), { bytes: latin1Bytes('x') });
  t.end();
});

t.test('an ambiguous file is not repaired', (t) => {
  const twoCatalogs = onePage().object(4, CATALOG);
  t.equal(
    malformed(() => open(twoCatalogs.bytes(), 'read')),
    'pdf-damaged xref',
  );
  const twoGenerations = onePage().object(4, '(a)').object(4, '(b)', 1);
  t.equal(
    malformed(() => open(twoGenerations.bytes(), 'read')),
    'pdf-damaged xref',
  );
  t.equal(
    malformed(() => open(latin1Bytes('%PDF-1.7 and nothing else'), 'read')),
    'pdf-damaged xref',
  );
  t.end();
});

t.test('a broken file with any trace of a signature is never called unsigned', (t) => {
  const traces: Readonly<Record<string, FileBuilder>> = {
    'a signature dictionary': onePage().object(4, '<< /Type /Sig >>'),
    'a document time-stamp': onePage().object(4, '<< /Type /DocTimeStamp /Contents <00> >>'),
    'a byte range': onePage().object(4, '<< /ByteRange [0 1 2 3] >>'),
    'a field with a value': onePage().object(4, '<< /FT /Sig /V 9 0 R >>'),
    'a value directly in a field': onePage().object(4, '<< /Kids [<< /V << /Byte#52ange [] >> >>] >>'),
    'a member of an object stream': onePage().objectStream(4, new Map([[5, VALUE]])),
    'a dictionary that is cut off': onePage().raw('4 0 obj\n<< /ByteRange [0 1 2 3] /Contents <0000'),
    'a type in bytes that are no object': onePage().raw('<< /Type /Sig /Contents <00> endobj\n'),
  };
  for (const [what, file] of Object.entries(traces))
    t.equal(
      malformed(() => open(file.bytes(), 'read')),
      'pdf-damaged signed-and-broken',
      what,
    );
  const innocent = onePage().object(4, '(/ByteRange /Type /Sig)').stream(5, '', '/ByteRange /Type /Sig');
  t.equal(open(innocent.bytes(), 'read').reading, 'repaired', 'words in strings and streams are no traces');
  t.end();
});

t.test('behind a signed state, whatever is no revision is left aside', (t) => {
  const signed = signedDocument();
  const endings: Readonly<Record<string, string>> = {
    'objects without a section': `9 0 obj\n(x)\nendobj\nstartxref\n${signed.position}\n%%EOF\n`,
    'a section that cannot be read': `xref\n0 1\nnonsense\n${endMarker(signed.position)}`,
    'a trailer without a root': `xref\n0 0\ntrailer\n<< /Prev ${signed.previous} >>\n${endMarker(signed.position)}`,
    'an update without an end': `9 0 obj\n(x)\nendobj\nxref\n0 0\ntrailer\n<< >>\nstartxref\n12`,
    'a kilobyte of nothing': ' '.repeat(1100),
  };
  for (const [what, ending] of Object.entries(endings)) {
    const bytes = latin1Bytes(text(signed) + ending);
    const document = open(bytes, 'read');
    t.equal(document.reading, 'prefix', what);
    t.equal(document.readableEnd, signed.position, what);
    t.equal(document.revisions.length, 2, what);
    t.equal(document.source.size, bytes.length, what);
    t.equal(malformed(() => open(bytes)).split(' ')[0], 'pdf-damaged', `a signer refuses ${what}`);
  }
  t.end();
});

t.test('a prefix without a signature is not preferred to what stands behind it', (t) => {
  const bytes = latin1Bytes(`${text(tableDocument())}4 0 obj\n${VALUE}\nendobj\nstartxref\n9999\n%%EOF\n`);
  t.equal(
    malformed(() => open(bytes, 'read')),
    'pdf-damaged signed-and-broken',
  );
  t.end();
});

t.test('only the last 64 ends of a file are tried', (t) => {
  const signed = text(signedDocument());
  const markers = (count: number) => latin1Bytes(signed + `%%EOF\nx\n${endMarker(3)}`.repeat(count));
  t.equal(open(markers(32), 'read').reading, 'prefix');
  t.equal(
    malformed(() => open(markers(33), 'read')),
    'pdf-damaged signed-and-broken',
  );
  t.end();
});

t.test('an encrypted file is refused by its name, in every reading', (t) => {
  const file = onePage();
  file.table('/Size 4 /Root 1 0 R /Encrypt << /Filter /Standard >>');
  t.equal(
    malformed(() => open(file)),
    'pdf-encrypted',
  );
  t.equal(
    malformed(() => open(latin1Bytes(text(file).replace('startxref', '')), 'read')),
    'pdf-encrypted',
  );
  t.end();
});

t.test('an object is not where its row says, or is not whole: an error when it is asked for', (t) => {
  const another = onePage().object(5, '(x)');
  another.rows.set(4, another.rows.get(5) ?? { free: 0 });
  const endless = onePage();
  endless.rows.set(4, { offset: endless.position, generation: 0 });
  endless.raw('4 0 obj\n(x)\n5 0 obj\n(y)\nendobj\n');
  const broken: Readonly<Record<string, FileBuilder>> = {
    'another number': another,
    'two values': onePage().object(4, '(a) (b)'),
    'no value': onePage().object(4, ''),
    'no endobj': endless,
    'a wrong length': onePage().stream(4, '', 'ABCDE', 3),
    'a length beyond the file': onePage().stream(4, '', 'ABCDE', 10 ** 9),
    'a negative length': onePage().stream(4, '', 'ABCDE', -1),
    'a length that is a name': onePage().stream(4, '', 'ABCDE', '/Five'),
    'a carriage return alone behind stream': onePage().object(4, '<< /Length 1 >>\nstream\rA\nendstream'),
  };
  for (const [what, file] of Object.entries(broken)) {
    file.table('/Size 6 /Root 1 0 R');
    const document = open(file);
    t.equal(document.reading, 'strict', what);
    t.equal(
      malformed(() => loadNumber(document, 4)),
      'pdf-damaged object',
      what,
    );
  }
  t.end();
});

t.test('one number under two generations is damage, a freed number that comes back is not', (t) => {
  const file = onePage().object(4, '(a)');
  file.table('/Size 5 /Root 1 0 R');
  file.object(4, '(b)', 1).table('/Size 5 /Root 1 0 R');
  const document = open(file);
  t.equal(
    malformed(() => loadNumber(document, 4)),
    'pdf-damaged object',
  );
  t.match(
    loadNumber(document, 4, document.viewOf(0)),
    { bytes: latin1Bytes('a') },
    'the earlier state is sound',
  );
  const unused = onePage().free(4, 65_535);
  unused.table('/Size 5 /Root 1 0 R');
  unused.object(4, '(first use)').table('/Size 5 /Root 1 0 R');
  t.match(loadNumber(open(unused), 4), { kind: 'string' }, 'freeing what was never in use says nothing');
  t.end();
});

t.test('a revision is read from its own bytes only', (t) => {
  const file = onePage();
  // The first revision names an offset at which only the second one puts an object.
  const later = 1000;
  file.rows.set(4, { offset: later, generation: 0 });
  file.table('/Size 5 /Root 1 0 R');
  file.raw(`%${' '.repeat(later - file.position - 2)}\n`).object(4, '(from later)');
  file.table('/Size 5 /Root 1 0 R');
  const document = open(file);
  t.match(loadNumber(document, 4), { bytes: latin1Bytes('from later') });
  t.equal(
    malformed(() => loadNumber(document, 4, document.viewOf(0))),
    'pdf-damaged object',
  );
  t.end();
});

t.test('an object stream that is replaced while its members stay listed is damage', (t) => {
  const file = onePage().objectStream(4, new Map([[5, '(old)']]));
  file.crossReferenceStream(6, '/Size 7 /Root 1 0 R');
  file.objectStream(4, new Map([[5, '(new)']]));
  file.rows.delete(5);
  file.crossReferenceStream(7, '/Size 8 /Root 1 0 R');
  const document = open(file);
  t.equal(
    malformed(() => loadNumber(document, 5)),
    'pdf-damaged object',
  );
  t.match(loadNumber(document, 5, document.viewOf(0)), { bytes: latin1Bytes('old') });
  t.end();
});

t.test('a member of an object stream must be the one that its row means', (t) => {
  const wrong = (row: { stream: number; index: number }, members = new Map([[5, '(x)']])) => {
    const file = onePage().objectStream(4, members);
    file.rows.set(5, row);
    file.crossReferenceStream(6, '/Size 7 /Root 1 0 R');
    return malformed(() => loadNumber(open(file), 5));
  };
  t.equal(wrong({ stream: 4, index: 1 }), 'pdf-damaged object');
  t.equal(wrong({ stream: 3, index: 0 }), 'pdf-damaged object');
  t.equal(wrong({ stream: 5, index: 0 }), 'pdf-damaged object', 'none inside another');
  t.equal(wrong({ stream: 4, index: 0 }, new Map([[8, '(other)']])), 'pdf-damaged object');
  t.equal(wrong({ stream: 4, index: 0 }, new Map([[5, '(two) (values)']])), 'pdf-damaged object');
  t.equal(wrong({ stream: 4, index: 0 }), 'nothing thrown');
  t.end();
});

t.test('a section must stand between the end of the state before and its own end', (t) => {
  const first = tableDocument();
  const bytes = text(first);
  // The update's own section lies inside the first revision, so that its bytes end where nobody can tell.
  t.equal(
    malformed(() => open(latin1Bytes(`${bytes}9 0 obj\n1\nendobj\n${endMarker(first.previous ?? 0)}`))),
    'nothing thrown',
    'an old section named again is one revision, with bytes that it does not list',
  );
  const noMarker = tableDocument();
  const withoutEnd = text(noMarker).replace(/startxref\n\d+\n%%EOF\n/, '');
  const update = `xref\n0 0\ntrailer\n<< /Root 1 0 R /Prev ${noMarker.previous} >>\n`;
  t.equal(
    malformed(() => open(latin1Bytes(withoutEnd + update + endMarker(withoutEnd.length)))),
    'pdf-damaged startxref',
    'an earlier state without its end marker',
  );
  t.end();
});

t.test('a hybrid section whose stream cannot be read is damage', (t) => {
  const bytes = text(hybridDocument()).replace('/Type /XRef', '/Type /XXXX');
  t.equal(
    malformed(() => open(latin1Bytes(bytes))),
    'pdf-damaged xref',
  );
  t.end();
});
