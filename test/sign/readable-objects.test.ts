// A signature that something will follow needs a document of which all can be read: said before the key is used, mended where nobody has signed.

import t from 'tap';
import { openDocument } from '../../src/pdf/open-document.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { preflight } from '../../src/preflight.ts';
import type { Level, RawSigner } from '../../src/sign/ports.ts';
import { raiseAndVerify, type SignAndVerifyContext, signAndVerify } from '../../src/sign-and-verify.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import {
  developmentRevocation,
  developmentTimestamps,
  pki,
  plainRequest,
  signingContext,
} from './development-signer.ts';

const TEXT = 'BT /F1 12 Tf 72 770 Td (Surat Keterangan) Tj ET';

/** The page's content has the wrong number of brackets, and whatever else is said. */
function unclosed(entries: string): Uint8Array {
  return handmadePdf({ objects: onePage({ 4: `<< /Length 7 ${entries}>\nstream\n${TEXT}\nendstream` }) });
}

/** Of an object stream in a filter that nobody knows, which the page leads to. */
function unknownObjectStream(): Uint8Array {
  const objects: Record<number, string> = { ...onePage(), 6: '(nama)' };
  objects[3] = objects[3]?.replace('/Unknown#20Key', '/Nama 6 0 R /Lain') ?? '';
  const file = Buffer.from(handmadePdf({ objects, form: 'stream', compressed: [6] })).toString('latin1');
  return Buffer.from(file.replace('/Filter /FlateDecode', '/Filter /FlateDekode'), 'latin1');
}

let keyUses = 0;
const base = await signingContext();
const context: SignAndVerifyContext = {
  ...base,
  signer: {
    ...base.signer,
    sign: (...asked: Parameters<RawSigner['sign']>) => {
      keyUses += 1;
      return base.signer.sign(...asked);
    },
  },
  timestamps: developmentTimestamps(),
  revocation: developmentRevocation(),
  verification: { trustList: pki.trustList(nodePlatform.digests), policy: DEFAULT_POLICY },
  earlierBroken: 'refuse',
  developmentKeys: 'allow',
};

const signed = (bytes: Uint8Array, level: Level) =>
  signAndVerify(bytesSource(bytes), { ...plainRequest, level }, context);
const forecast = (bytes: Uint8Array, level: Level) =>
  preflight(bytesSource(bytes), { ...plainRequest, level }, { ...context, probe: 'nothing' });

t.test(
  'a dictionary that lacks a bracket is closed in what is signed, with its data to their end',
  async (t) => {
    const { signed: made, document, report } = await signed(unclosed(''), 'B-LTA');
    t.ok(made.repaired, 'and the answer says so');
    t.ok(report.signatures.every(({ integrity }) => integrity.status === 'INTACT'));
    const { last } = openDocument(document, { ...nodePlatform, damaged: 'refuse' });
    const content = last.load({ kind: 'reference', number: 4, generation: 0 });
    t.match(content, { kind: 'stream' });
    if (content !== null && typeof content === 'object' && content.kind === 'stream')
      t.equal(Buffer.from(last.decode(content)).toString('latin1').trim(), TEXT);
    const { ok, notes } = await forecast(unclosed(''), 'B-LTA');
    t.ok(ok);
    t.ok(notes.some(({ code }) => code === 'repaired'));
  },
);

t.test('what nobody can decode even then is nothing, as it was for every reader', async (t) => {
  const { document } = await signed(unclosed('/Filter /XXXDecode '), 'B-LT');
  const { last } = openDocument(document, { ...nodePlatform, damaged: 'refuse' });
  t.equal(last.load({ kind: 'reference', number: 4, generation: 0 }), null);
});

t.test(
  'objects that nobody can read are refused before the key is used, and preflight says the same',
  async (t) => {
    const cases = [
      [unknownObjectStream(), { code: 'pdf-unsupported', values: { feature: 'filter' } }],
      [unclosed('/DecodeParms [ '), { code: 'pdf-damaged', values: { reason: 'object' } }],
    ] as const;
    for (const [bytes, refusal] of cases) {
      keyUses = 0;
      await t.rejects(signed(bytes, 'B-LT'), refusal);
      await t.rejects(signed(bytes, 'B-LTA'), refusal);
      t.equal(keyUses, 0);
      const { ok, blockers } = await forecast(bytes, 'B-LTA');
      t.notOk(ok);
      t.match(blockers, [refusal]);
      t.ok((await forecast(bytes, 'B-T')).ok, 'nothing follows a signature of its own');
    }
  },
);

t.test('nobody signs or raises on top of a signature over objects that nobody can read', async (t) => {
  const { document } = await signed(unknownObjectStream(), 'B-T');
  keyUses = 0;
  const refusal = { code: 'pdf-unsupported', values: { feature: 'filter' } };
  await t.rejects(signAndVerify(document, plainRequest, context), refusal);
  t.equal(keyUses, 0);
  const { activation: _, signer: __, materialise: ___, ...raising } = context;
  await t.rejects(raiseAndVerify(document, 'B-LT', raising), refusal);
});

t.test('where somebody has signed, nothing is closed for him', async (t) => {
  const { document } = await signed(unclosed(''), 'B-B');
  keyUses = 0;
  await t.rejects(signed(document.read(0, document.size), 'B-LT'), { code: 'pdf-damaged' });
  t.equal(keyUses, 0);
});
