// Signed and encrypted files of other makers: intact with their password, and never after somebody touched the encryption.

import { readFileSync } from 'node:fs';
import t from 'tap';
import { asKind } from '../../src/pdf/objects.ts';
import { trustListOf } from '../../src/pki/trust-list.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import type { VerificationReport } from '../../src/verify/report.ts';
import { verifyDocument } from '../../src/verify/verify-document.ts';
import { append } from '../attacks/append.ts';
import { openWith } from '../pdf/encrypted-samples.ts';
import { type CorpusFile, corpusFiles, corpusMissing } from '../tools.ts';
import { passwordOf } from './passwords.ts';

const skip = corpusMissing();
const now = Date.now();
const trustList = trustListOf({ anchors: [], intermediates: [], asOf: now, digests: nodePlatform.digests });
const bytesOf = (file: CorpusFile) => new Uint8Array(readFileSync(file.path));
const signed = corpusFiles({ category: ['pades-valid', 'diff-permitted'] }).filter(
  (file) => passwordOf(file) !== undefined,
);

function verify(bytes: Uint8Array, password: string | undefined): Promise<VerificationReport> {
  return verifyDocument(bytesSource(bytes), {
    platform: nodePlatform,
    trustList,
    policy: DEFAULT_POLICY,
    revocation: null,
    now,
    signal: AbortSignal.timeout(30_000),
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
  });
}

t.test(
  'signed and encrypted files are intact with their password, and locked without',
  { skip },
  async (t) => {
    t.equal(signed.length, 8);
    for (const file of signed) {
      const { verdict, signatures } = await verify(bytesOf(file), passwordOf(file));
      t.equal(verdict, 'UNKNOWN_ISSUER', file.name);
      t.ok(signatures.length > 0 && signatures.every(({ integrity }) => integrity.status === 'INTACT'));
      for (const password of [undefined, 'salah'])
        t.match(await verify(bytesOf(file), password), {
          verdict: 'UNREADABLE',
          problem: { code: 'pdf-encrypted' },
        });
    }
  },
);

t.test('whoever changes how a signed file is decrypted is found out', { skip }, async (t) => {
  for (const file of signed) {
    const bytes = bytesOf(file);
    const document = openWith(bytes, passwordOf(file));
    const number = asKind(document.last.trailer.entries.get('Encrypt'), 'reference')?.number ?? 0;
    const [start, end] = document.last.extent(number) ?? [0, 0];
    const dictionary = Buffer.from(bytes.subarray(start, end))
      .toString('latin1')
      .replace(/^\d+ \d+ obj/, '')
      .replace(/endobj$/, '');
    const reference = `/Encrypt ${number} 0 R`;
    const id = idOf(bytes);
    const overridden = (what: string, changed: string) =>
      changed === dictionary
        ? []
        : [[what, append(bytes, { objects: { [number]: changed }, trailer: `${reference} ${id}` })] as const];
    const updates: readonly (readonly [what: string, updated: Uint8Array])[] = [
      ['no /Encrypt any more', append(bytes, { objects: {}, trailer: id })],
      [
        'a dictionary under another number',
        append(bytes, {
          objects: { 90: dictionary.replace('<<', '<< /Note (x)') },
          trailer: `/Encrypt 90 0 R ${id}`,
        }),
      ],
      ...overridden('other permissions', dictionary.replace(/\/P -\d+/, '/P -1')),
      ...overridden('clear metadata', dictionary.replace('/EncryptMetadata true', '/EncryptMetadata false')),
      ...overridden('nothing encrypted', dictionary.replace(/\/St([mr])F \/StdCF/g, '/St$1F /Identity')),
    ];
    t.ok(updates.length >= 3);
    for (const [what, updated] of updates) {
      const { verdict, signatures } = await verify(updated, passwordOf(file));
      const flagged = signatures.some(({ integrity }) => integrity.status !== 'INTACT');
      t.ok(flagged || verdict === 'UNREADABLE', `${file.name}, ${what}: ${verdict}`);
    }
  }
});

/** The entry `/ID` of the last trailer, which keys up to revision 4 depend on. */
function idOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  return /\/ID \[[^\]]*\]/.exec(text.slice(text.lastIndexOf('/ID')))?.[0] ?? '';
}
