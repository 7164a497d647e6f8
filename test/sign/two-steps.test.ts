// The two steps as library functions: what the second one accepts from whoever kept the first one's result.

import t from 'tap';
import { MalformedPdf } from '../../src/pdf/errors.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { SigningFailed } from '../../src/sign/errors.ts';
import { decodePrepared, encodePrepared } from '../../src/sign/prepared-encoding.ts';
import type { PreparedSignature } from '../../src/sign/prepared-signature.ts';
import { openPrepared, type SealContext, sealPrepared } from '../../src/sign/sealed-prepared.ts';
import { signDocument } from '../../src/sign/sign-document.ts';
import { completeDocument, itemOf, prepareDocument } from '../../src/sign/two-steps.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { now, pki, plainRequest, signerOf, signingContext } from './development-signer.ts';

const source = bytesSource(handmadePdf({ objects: onePage() }));
const context = await signingContext({
  platform: { ...nodePlatform, randomBytes: (length) => new Uint8Array(length).fill(7) },
});
const request = { ...plainRequest, reason: 'Persetujuan' };
const prepared = await prepareDocument(source, request, context);
const [value = new Uint8Array()] = await context.signer.sign(
  prepared.algorithm,
  [itemOf(prepared, context)],
  { kind: 'none' },
  context.signal,
);

function mismatch(reason: string) {
  return { name: 'SigningFailed', code: 'prepared-mismatch', values: { reason } };
}

t.test('both steps together make what signing at once makes', async (t) => {
  const twice = await completeDocument(source, prepared, value, context);
  t.same(twice, await signDocument(source, request, context));
});

t.test('what was prepared comes back from its bytes as it was', (t) => {
  const placed: PreparedSignature = {
    ...prepared,
    anchor: { page: 2, occurrence: 1, matches: 3 },
    collisions: [{ kind: 'text', box: [1, 2.5, 3, 4] }],
  };
  for (const each of [prepared, placed]) t.same(decodePrepared(encodePrepared(each)), each);
  t.end();
});

t.test('bytes that are no prepared signature are refused', (t) => {
  const members = JSON.parse(new TextDecoder().decode(encodePrepared(prepared))) as Record<string, unknown>;
  const wrong: readonly (readonly [string, unknown])[] = [
    ['version', 2],
    ['sourceSha256', 'AB'],
    ['sourceSize', -1],
    ['sourceSize', 1.5],
    ['update', 'bukan base64!'],
    ['byteRange', [1, 2, 3, 4]],
    ['byteRange', [0, 2, 3]],
    ['byteRange', [0, 2, 3, 4, 5]],
    ['algorithm', 'md5'],
    ['digestAlgorithm', 'sha1'],
    ['chain', 'x'],
    ['fieldName', ''],
    ['subFilter', 'ETSI.RFC3161'],
    ['level', 'B-X'],
    ['certification', 'semua'],
    ['anchor', 1],
    ['collisions', [{ kind: 'text', box: [1, 2, 3] }]],
    ['collisions', [{ kind: 'lain', box: [1, 2, 3, 4] }]],
    ['collisions', null],
  ];
  for (const [name, member] of wrong) {
    const encoded = Buffer.from(JSON.stringify({ ...members, [name]: member }));
    t.throws(() => decodePrepared(encoded), mismatch('prepared'), `${name} ${JSON.stringify(member)}`);
  }
  for (const text of ['', 'null', '[]', '{'])
    t.throws(() => decodePrepared(Buffer.from(text)), mismatch('prepared'), text);
  t.end();
});

t.test('an update, a range or attributes that do not belong together are refused', async (t) => {
  const [begin, cut, resume, length] = prepared.byteRange;
  const other = await prepareDocument(source, { ...request, reason: 'Penolakan' }, context);
  const update = prepared.update.slice();
  update.set([0x20], 10);
  const { chain } = await signerOf(pki.signers.segel);
  const wrong: readonly Partial<PreparedSignature>[] = [
    { update },
    { update: other.update },
    { toBeSigned: other.toBeSigned },
    { chain },
    { byteRange: [begin, cut - 2, resume, length] },
    { byteRange: [begin, cut, resume + 2, length - 2] },
    { byteRange: [begin, cut, resume, length - 1] },
    { contentsAt: prepared.contentsAt + 1 },
    { reserved: prepared.reserved - 1 },
    { digestAlgorithm: 'sha512' },
  ];
  for (const change of wrong) {
    const changed = { ...prepared, ...change };
    await t.rejects(
      completeDocument(source, changed, value, context),
      mismatch('prepared'),
      String(Object.keys(change)),
    );
  }
});

t.test('the certificate must still be in force when the value comes', async (t) => {
  const later = { ...context, now: now + 20 * 365 * 86_400_000 };
  await t.rejects(completeDocument(source, prepared, value, later), { code: 'certificate-expired' });
});

const seal: SealContext = {
  keys: [{ id: 'a', key: new Uint8Array(32).fill(1) }],
  bearer: 'opd',
  now,
  platform: nodePlatform,
};

t.test('a sealed value opens with an older key too, and shows nothing on the way', async (t) => {
  const { token } = await sealPrepared(prepared, seal);
  const keys = [{ id: 'b', key: new Uint8Array(32).fill(2) }, ...seal.keys];
  t.same(openPrepared(token, { ...seal, keys }), prepared);
  const text = Buffer.from(token).toString('latin1');
  t.notMatch(text, /Persetujuan|sourceSha256/);
  const again = await sealPrepared(prepared, seal);
  t.notSame(again.token, token, 'a nonce is used once');
});

t.test('key, bearer and time must be those of the seal', async (t) => {
  const { token, expiresAt } = await sealPrepared(prepared, seal);
  const open = (change: Partial<SealContext>) => () => openPrepared(token, { ...seal, ...change });
  t.throws(open({ keys: [{ id: 'a', key: new Uint8Array(32).fill(3) }] }), mismatch('token'));
  t.throws(open({ keys: [{ id: 'b', key: new Uint8Array(32).fill(1) }] }), mismatch('token'));
  t.throws(open({ bearer: 'opd2' }), mismatch('token'));
  t.throws(open({ now: expiresAt + 1 }), mismatch('expired'));
  t.same(open({ now: expiresAt })(), prepared);
  // Where the name of the key ends and the bearer's begins cannot be shifted.
  t.throws(() => openPrepared(token, { ...seal, bearer: `a${seal.bearer}` }), mismatch('token'));
});

t.test('what a token may carry is bounded, and nothing is inflated before its seal is known', async (t) => {
  const noise = new Uint8Array(nodePlatform.randomBytes(9 * 1024 * 1024));
  await t.rejects(sealPrepared({ ...prepared, update: noise }, seal), { code: 'limits-exceeded' });
  const zeros = new Uint8Array(40 * 1024 * 1024);
  await t.rejects(sealPrepared({ ...prepared, update: zeros }, seal), MalformedPdf);
  let inflated = false;
  const inflate = (): never => {
    inflated = true;
    throw new SigningFailed('prepared-mismatch');
  };
  const { token } = await sealPrepared(prepared, seal);
  token.set([(token.at(-1) ?? 0) ^ 1], token.length - 1);
  const platform = { ...nodePlatform, inflater: { inflate } };
  t.throws(() => openPrepared(token, { ...seal, platform }), mismatch('token'));
  t.notOk(inflated);
});
