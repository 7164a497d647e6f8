// Files that are something else as well, or that carry more than was signed. A reader of the other kind sees the other thing; we
// accept none whose added bytes no signature covers, and hand none out in a way that a browser would take for a page.

import t from 'tap';
import { type RealService, requestVerdict, signedLetter, startRealService } from '../http/real-service.ts';

const service: RealService = await startRealService();
t.teardown(() => service.close());
const signed = await signedLetter(service);

const HTML = '<!doctype html><script>alert(document.domain)</script><!--';
const SHELL = '#!/bin/sh\nid > /tmp/teken-polyglot\nexit 0\n';
const ZIP_END = `PK\x05\x06${'\0'.repeat(18)}`;
const ZIP_ENTRY = `PK\x03\x04\x14${'\0'.repeat(21)}\x05\0\0\0a.htm`;
const PNG = '\x89PNG\r\n\x1a\n\0\0\0\rIHDR';
const GIF = 'GIF89a/*\0\0';
const JPEG = '\xff\xd8\xff\xe0\0\x10JFIF\0';
const PE = `MZ${'\0'.repeat(58)}\x80\0\0\0`;
const ELF = '\x7fELF\x02\x01\x01\0';
const JAR = `${ZIP_ENTRY}${ZIP_END}`;
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';
const POSTSCRIPT = '%!PS-Adobe-3.0\n(x) show\n';
const OTHER_PDF = '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n';
const TAR = `${'a.txt'.padEnd(257, '\0')}ustar\x0000${' '.repeat(246)}`;

const OTHERS: Readonly<Record<string, string>> = {
  HTML,
  'a shell script': SHELL,
  'a ZIP archive': JAR,
  PNG,
  GIF,
  JPEG,
  'a Windows program': PE,
  ELF,
  SVG,
  PostScript: POSTSCRIPT,
  'another PDF': OTHER_PDF,
  tar: TAR,
};

interface Polyglot {
  readonly name: string;
  readonly bytes: Buffer;
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** In front, behind, and in a new revision: an incremental update that no signature covers. */
function polyglots(): readonly Polyglot[] {
  const text = signed.toString('latin1');
  const startxref = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1] ?? '';
  const update = (object: string): Buffer =>
    latin1(
      `${text}\n900 0 obj\n${object}\nendobj\nxref\n0 0\n900 1\n${String(signed.length + 1).padStart(10, '0')} 00000 n \ntrailer\n<</Size 901/Root 2 0 R/Prev ${startxref}>>\nstartxref\n${signed.length + object.length + 20}\n%%EOF\n`,
    );
  return [
    ...Object.entries(OTHERS).map(([name, other]) => ({
      name: `${name} in front`,
      bytes: latin1(`${other}\n${text}`),
    })),
    ...Object.entries(OTHERS).map(([name, other]) => ({
      name: `${name} behind`,
      bytes: latin1(`${text}${other}`),
    })),
    { name: 'HTML behind the header line', bytes: latin1(text.replace('\n', `\n%${HTML}\n`)) },
    { name: 'a ZIP archive around it', bytes: latin1(`${ZIP_ENTRY}${text}${ZIP_END}`) },
    { name: 'its header after a kilobyte', bytes: latin1(`${' '.repeat(1_030)}${text}`) },
    { name: 'a second header line', bytes: latin1(`%PDF-1.7\n${text}`) },
    {
      name: 'HTML in the gap of the signature',
      bytes: latin1(text.replace(/0{200}>/, (zeros) => zeros.replace('0'.repeat(HTML.length), HTML))),
    },
    {
      name: 'an update that hides a script in a stream',
      bytes: update(`<</Length ${HTML.length}>>stream\n${HTML}\nendstream`),
    },
    { name: 'the signed file twice', bytes: Buffer.concat([signed, signed]) },
  ];
}

t.test('thirty polyglots: none is accepted as it stands, and none comes back as a page', async (t) => {
  const made = polyglots();
  t.ok(made.length >= 30, `${made.length} files`);
  t.match(await (await requestVerdict(service, signed)).json(), { ok: true }, 'without them it is accepted');
  for (const { name, bytes } of made) {
    t.notOk(bytes.equals(signed), `${name} is another file`);
    const answer = await requestVerdict(service, bytes);
    t.equal(answer.headers.get('x-content-type-options'), 'nosniff', name);
    t.match(answer.headers.get('content-type'), /^application\/(?:problem\+)?json/, name);
    const { ok, verdict } = (await answer.json()) as { ok: boolean; verdict: string };
    t.equal(ok, false, `${name}: ${verdict}`);
    t.not(verdict, 'VALID', name);
  }
});

t.test('what was signed is handed out as a file to keep, whatever else it may be', async (t) => {
  const form = new FormData();
  form.append('revision', '1');
  form.append(
    'file',
    new Blob([new Uint8Array(latin1(`${signed.toString('latin1')}${HTML}`))]),
    '<script>.html',
  );
  const answer = await fetch(`${service.url}/v1/revisions`, { method: 'POST', body: form });
  t.match(answer.headers.get('content-type'), /^application\/(?:pdf|problem\+json)/);
  t.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  t.notMatch(answer.headers.get('content-disposition') ?? 'attachment', /inline|script|html/);
  await answer.arrayBuffer();
});
