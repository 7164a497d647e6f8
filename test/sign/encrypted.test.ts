// Signing what is encrypted: whoever has the password reads the signature like the rest, and nobody finds fault with it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { drawSampleLetter, SIGNATURE_ROOM } from '../../certs-dev/sample-letter.ts';
import { latin1 } from '../../src/pdf/characters.ts';
import { readFields } from '../../src/pdf/form-fields.ts';
import { asKind, textOf } from '../../src/pdf/objects.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import type { Level, RawSigner } from '../../src/sign/ports.ts';
import { signDocument } from '../../src/sign/sign-document.ts';
import type { SignRequest } from '../../src/sign/sign-request.ts';
import { signedBytes } from '../../src/sign/signed-document.ts';
import { ENCRYPTION_FORMS, openWith, throughQpdf } from '../pdf/encrypted-samples.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { run, toolMissing } from '../tools.ts';
import { now, pki, plainRequest, signerOf, signingContext } from './development-signer.ts';
import { raiseTo, signAt } from './long-term.ts';

const skip =
  toolMissing('qpdf') || toolMissing('pdfsig') || toolMissing('pdftotext') || toolMissing('mutool');
const folder = mkdtempSync(join(tmpdir(), 'teken-encrypted-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'signed.pdf');

const [USER, OWNER] = ['pengguna', 'pemilik'];
const WHO = { user: USER, owner: OWNER } as const;
const octets = (password: string) => Buffer.from(password, 'utf8');
const REASON = 'Disetujui (§ 3)';

const { page, x, y, width, height } = SIGNATURE_ROOM;
const visible: Partial<SignRequest> = {
  placement: { page, rect: { x, y, width, height }, origin: 'bottom-left' },
  appearance: {},
  reason: REASON,
};

const letter = await drawSampleLetter();
/** With an empty field whose lock names others, all of it with strings of their own. */
const form = handmadePdf({
  objects: onePage({
    1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R 8 0 R] /DA (/F1 0 Tf) >> >>',
    3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [6 0 R] /Resources << /Font << /F1 5 0 R >> >> >>',
    6: '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Pejabat) /TU (Tanda tangan pejabat) /Rect [300 60 550 140] /F 4 /Lock 7 0 R >>',
    7: '<< /Type /SigFieldLock /Action /Include /Fields [(Catatan)] >>',
    8: '<< /FT /Tx /T (Catatan) /V (Segera) >>',
  }),
});

function encrypt(
  bytes: Uint8Array,
  options: readonly string[],
  user = USER,
  layout = 'preserve',
): Promise<Uint8Array> {
  const passwords = ['--allow-weak-crypto', '--encrypt', user, OWNER];
  return throughQpdf(bytes, [`--object-streams=${layout}`, ...passwords, ...options, '--']);
}

/** What poppler says of each signature; `-upw` or `-opw`. */
async function verdictsOf(who: 'user' | 'owner'): Promise<readonly string[]> {
  const { stdout } = await run('pdfsig', ['-nocert', `-${who.charAt(0)}pw`, WHO[who], path]);
  return stdout.match(/(?<=Signature Validation: ).*/g) ?? [];
}

/** The file with nothing encrypted any more, as qpdf makes it: what it says is another reader's opinion. */
const decryptedByQpdf = (bytes: Uint8Array) =>
  throughQpdf(bytes, [`--password=${OWNER}`, '--decrypt', '--object-streams=disable']);

interface ReadSignature {
  readonly name: string;
  readonly entries: Readonly<Record<string, string>>;
}

/** Names of signature fields and all readable strings of the values. */
function signaturesOf(bytes: Uint8Array): readonly ReadSignature[] {
  const { last } = openWith(bytes);
  return readFields(last).flatMap(({ type, name, value }) => {
    const dictionary = asKind(last.resolve(value), 'dictionary');
    if (type !== 'Sig' || dictionary === undefined) return [];
    const texts = [...dictionary.entries].flatMap(([key, entry]) => {
      const string = asKind(entry, 'string');
      return string === undefined || key === 'Contents' ? [] : [[key, textOf(string)]];
    });
    return [{ name, entries: Object.fromEntries(texts) }];
  });
}

// What poppler says of a signature, and of every document time-stamp: it knows none.
const VALID = 'Signature is Valid.';
const STAMP = 'Signature has not yet been verified.';

/** Everybody who has a password reads it, and finds nothing wrong. */
async function acceptedByOthers(
  t: Test,
  bytes: Uint8Array,
  verdicts: readonly string[],
  name: string,
): Promise<void> {
  writeFileSync(path, bytes);
  for (const who of ['user', 'owner'] as const) {
    const { code, stdout, stderr } = await run('qpdf', ['--check', `--password=${WHO[who]}`, path]);
    t.equal(code, 0, `${name}: qpdf as ${who} ${code === 0 ? '' : stdout + stderr}`);
    t.same(await verdictsOf(who), verdicts, `${name}: pdfsig as ${who}`);
  }
}

for (const [name, revision, options] of ENCRYPTION_FORMS) {
  for (const layout of ['disable', 'generate']) {
    t.test(`${name}, object streams: ${layout}: signed visibly at B-LTA`, { skip }, async (t) => {
      const encrypted = await encrypt(letter, options, USER, layout);
      for (const [access, password] of Object.entries(WHO)) {
        const signing = { request: visible, password: octets(password) };
        const { bytes, report, signature, signed } = await signAt('B-LTA', encrypted, signing);
        t.match(signature, { level: 'PAdES-B-LTA', integrity: { status: 'INTACT' } }, access);
        t.equal(report.signatures.length, 2);
        t.ok(Buffer.from(bytes).subarray(0, encrypted.length).equals(Buffer.from(encrypted)));
        t.match(openWith(bytes, password).encryption, { revision, access });
        await acceptedByOthers(t, bytes, [VALID, STAMP], access);
        const text = (await run('pdftotext', ['-upw', USER, path, '-'])).stdout;
        t.match(text, /Undangan rapat koordinasi/, 'the letter is read as before');
        t.match(text, /Ditandatangani secara elektronik/, 'and what the signature shows');
        const [ours] = signaturesOf(await decryptedByQpdf(bytes));
        t.match(ours, { name: signed.fieldName, entries: { Reason: REASON, M: "D:20261121193805+08'00'" } });
        const update = latin1(bytes.subarray(encrypted.length));
        t.notMatch(update, 'PAdES');
        for (const clear of ['Pejabat', 'sig_', 'D:2026', 'elektronik', 'Disetujui', 'UJI COBA'])
          t.notOk(update.includes(clear), `nothing of it stands in the clear: ${clear}`);
      }
    });
  }
}

t.test('what a signature shows is decrypted like the page beneath it', { skip }, async (t) => {
  for (const [name, , options] of ENCRYPTION_FORMS) {
    const { bytes } = await signAt('B-LT', await encrypt(letter, options), {
      request: visible,
      password: octets(USER),
    });
    writeFileSync(path, bytes);
    const shown = await run('mutool', ['draw', '-q', '-p', USER, '-F', 'txt', '-o', '-', path]);
    t.match(shown.stdout, /Ditandatangani secara elektronik/, name);
    t.notMatch(shown.stderr, /aes|crypt|cannot|error/, `${name}: ${shown.stderr}`);
  }
});

t.test('raising and renewing go on in the same encryption', { skip }, async (t) => {
  for (const [name, , options] of ENCRYPTION_FORMS) {
    const password = octets(USER);
    const signed = await signAt('B-B', await encrypt(letter, options), { password });
    const raised = await raiseTo('B-LTA', signed.bytes, { password });
    const renewed = await raiseTo('B-LTA', raised.bytes, { password, at: now + 3_600_000 });
    t.match(
      renewed.report.signatures.map(({ level, integrity }) => [level, integrity.status]),
      [
        ['PAdES-B-LTA', 'INTACT'],
        ['DOC-TIMESTAMP', 'INTACT'],
        ['DOC-TIMESTAMP', 'INTACT'],
        ['DOC-TIMESTAMP', 'INTACT'],
      ],
      name,
    );
    await acceptedByOthers(t, renewed.bytes, [VALID, STAMP, STAMP, STAMP], name);
    await t.rejects(raiseTo('B-LTA', signed.bytes), { code: 'pdf-encrypted' });
  }
});

t.test(
  'a second signer, with another password, leaves the first signature as it was',
  { skip },
  async (t) => {
    const first = await signAt('B-T', await encrypt(letter, ['256']), {
      password: octets(USER),
      request: visible,
    });
    const second = await signAt('B-LTA', first.bytes, { password: octets(OWNER) });
    t.match(
      second.report.signatures.map(({ integrity }) => integrity.status),
      ['INTACT', 'INTACT', 'INTACT'],
    );
    await acceptedByOthers(t, second.bytes, [VALID, VALID, STAMP], 'two signers');
  },
);

t.test('an existing field is signed, its lock repeated in words that can be read', { skip }, async (t) => {
  for (const [name, , options] of ENCRYPTION_FORMS) {
    for (const layout of ['disable', 'generate']) {
      const encrypted = await encrypt(form, options, USER, layout);
      const request = { fieldName: 'Pejabat', appearance: {}, reason: REASON };
      const { bytes } = await signAt('B-T', encrypted, { request, password: octets(USER) });
      await acceptedByOthers(t, bytes, [VALID], name);
      const { last } = openWith(await decryptedByQpdf(bytes));
      const fields = readFields(last);
      t.same(
        fields.map((field) => field.name),
        ['Pejabat', 'Catatan'],
        'names are as before',
      );
      const value = asKind(last.resolve(fields[0]?.value), 'dictionary');
      const reference = asKind(last.resolve(value?.entries.get('Reference')), 'array')?.items[0];
      const dictionary = asKind(last.resolve(reference), 'dictionary');
      const parameters = asKind(last.resolve(dictionary?.entries.get('TransformParams')), 'dictionary');
      const locked = asKind(last.resolve(parameters?.entries.get('Fields')), 'array')?.items ?? [];
      t.same(
        locked.map((item) => textOf(asKind(item, 'string') ?? { ...NO_STRING })),
        ['Catatan'],
        'so is the lock',
      );
    }
  }
});

const NO_STRING = { kind: 'string', form: 'literal', bytes: octets('?'), token: null, offset: -1 } as const;

t.test('without the password, and with a wrong one, no key is used', { skip }, async (t) => {
  for (const [, , options] of ENCRYPTION_FORMS) {
    const encrypted = await encrypt(letter, options);
    for (const password of [undefined, 'salah', `${USER} `, '']) {
      const given = password === undefined ? {} : { password: octets(password) };
      const context = await signingContext({ signer: await untouchable(), ...given });
      const signing = signDocument(bytesSource(encrypted), plainRequest, context);
      await t.rejects(signing, { name: 'MalformedPdf', code: 'pdf-encrypted', values: {} });
    }
    const context = await signingContext({ password: octets(USER) });
    const source = bytesSource(encrypted);
    t.ok(signedBytes(await signDocument(source, plainRequest, context)));
    const { password: _, ...forgotten } = context;
    await t.rejects(signDocument(source, plainRequest, forgotten), { code: 'pdf-encrypted' });
  }
});

/** A signer whose key must not be asked. */
async function untouchable(): Promise<RawSigner> {
  const sign = () => Promise.reject(new Error('the key was used'));
  return { ...(await signerOf(pki.signers.pejabat)), sign };
}

/** What qpdf is told to forbid, and the bits of `/P` that then are missing for each kind of field. */
const RESTRICTIONS: readonly (readonly [
  options: readonly string[],
  missing: { readonly newField: readonly number[] | null; readonly existing: readonly number[] | null },
])[] = [
  [['40'], { newField: null, existing: null }],
  [['40', '--modify=n'], { newField: [4], existing: null }],
  [['40', '--annotate=n'], { newField: [6], existing: [6] }],
  [['40', '--annotate=n', '--modify=n'], { newField: [4, 6], existing: [6] }],
  ...[['128', '--use-aes=n'], ['128', '--use-aes=y'], ['256', '--force-R5'], ['256']].flatMap(
    (cipher): (typeof RESTRICTIONS)[number][] => [
      [[...cipher, '--print=none', '--extract=n', '--assemble=n'], { newField: null, existing: null }],
      [[...cipher, '--modify-other=n'], { newField: [4], existing: null }],
      [[...cipher, '--annotate=n'], { newField: [6], existing: null }],
      [[...cipher, '--form=n', '--annotate=n'], { newField: [6], existing: [6, 9] }],
      [[...cipher, '--modify=none'], { newField: [4, 6], existing: [6, 9] }],
    ],
  ),
];

t.test('the user signs as far as the permissions go, the owner beyond', { skip }, async (t) => {
  const outcome = async (bytes: Uint8Array, fieldName: string | null, level: Level, password: string) => {
    try {
      await signAt(level, bytes, { request: { fieldName }, password: octets(password) });
      return null;
    } catch (error) {
      t.match(error, { name: 'SigningRefused', code: 'pdf-permission-denied' });
      return (error as { values: { bits: readonly number[] } }).values.bits;
    }
  };
  for (const [options, { newField, existing }] of RESTRICTIONS) {
    const name = options.join(' ');
    const encrypted = await encrypt(form, options);
    t.same(await outcome(encrypted, null, 'B-B', USER), newField, `${name}: a new field`);
    t.same(await outcome(encrypted, 'Pejabat', 'B-LT', USER), existing, `${name}: an existing field`);
    const archived = existing ?? newField;
    t.same(await outcome(encrypted, 'Pejabat', 'B-LTA', USER), archived, `${name}: with a time-stamp behind`);
    t.equal(await outcome(encrypted, null, 'B-LTA', OWNER), null, `${name}: the owner`);
  }
});

t.test('a time-stamp that completes the level is refused before the key is used', { skip }, async (t) => {
  const encrypted = await encrypt(form, ['256', '--modify-other=n']);
  const request = { fieldName: 'Pejabat' };
  const password = octets(USER);
  const signing = signAt('B-LTA', encrypted, { request, password, signer: await untouchable() });
  await t.rejects(signing, { code: 'pdf-permission-denied', values: { bits: [4] } });
  const { bytes } = await signAt('B-LT', encrypted, { request, password });
  await t.rejects(raiseTo('B-LTA', bytes, { password }), { code: 'pdf-permission-denied' });
  t.match(await raiseTo('B-LTA', bytes, { password: octets(OWNER) }), { raised: { level: 'B-LTA' } });
});

t.test('who changed /P to be allowed more is refused', { skip }, async (t) => {
  const encrypted = await encrypt(form, ['256', '--modify=none']);
  const text = latin1(encrypted);
  const permissive = text.replace(/\/P -\d+/, (entry) => '/P -4'.padEnd(entry.length));
  t.not(permissive, text);
  const signing = signAt('B-B', Buffer.from(permissive, 'latin1'), { password: octets(USER) });
  await t.rejects(signing, { code: 'pdf-permission-denied', values: { bits: [4, 6] } });
});

t.test('same arguments, same bytes; no initialisation vector serves twice', { skip }, async (t) => {
  for (const [name, , options] of ENCRYPTION_FORMS) {
    const encrypted = await encrypt(letter, options);
    const make = async (seed: number) => {
      const { randomBytes, drawn } = counted(seed);
      const context = await signingContext({
        password: octets(USER),
        platform: { ...nodePlatform, randomBytes },
      });
      const signed = await signDocument(bytesSource(encrypted), { ...plainRequest, ...visible }, context);
      return { update: Buffer.from(signed.update), drawn };
    };
    const [first, again, other] = [await make(1), await make(1), await make(2)];
    t.ok(first.update.equals(again.update), name);
    t.notOk(first.update.equals(other.update));
    t.equal(first.update.length, other.update.length);
    t.equal(new Set(first.drawn).size, first.drawn.length);
    const isAes = /AES/.test(name);
    t.equal(first.drawn.length > 1, isAes, 'one draw beside the file identifier for each string and stream');
    const vectors = first.drawn.slice(1).filter((drawn) => first.update.includes(Buffer.from(drawn, 'hex')));
    t.equal(vectors.length > 0, isAes, 'streams begin with theirs');
  }
});

/** Deterministic, and never the same twice. */
function counted(seed: number) {
  const drawn: string[] = [];
  const randomBytes = (length: number) => {
    const bytes = new Uint8Array(length).fill(0xc0 + seed);
    bytes.set([drawn.length >> 8, drawn.length & 0xff], length - 2);
    drawn.push(Buffer.from(bytes).toString('hex'));
    return bytes;
  };
  return { randomBytes, drawn };
}

t.test('what no password opens is another refusal', async (t) => {
  const other = handmadePdf({
    objects: onePage({ 9: '<< /Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s5 /V 4 /Length 128 >>' }),
    trailer: '/Encrypt 9 0 R /ID [<00> <00>]',
  });
  const sign = async (bytes: Uint8Array) =>
    signDocument(bytesSource(bytes), plainRequest, await signingContext());
  await t.rejects(sign(other), { code: 'pdf-unsupported', values: { feature: 'security-handler' } });
  const authenticated = handmadePdf({
    objects: onePage(),
    trailer: '/AuthCode << /MACLocation /Standalone >>',
  });
  await t.rejects(sign(authenticated), { code: 'pdf-unsupported', values: { feature: 'AuthCode' } });
});
