// What was computed once is not computed again, and no other question ever gets its answer.

import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'tap';
import { nodePlatform } from '../../src/platform/node.ts';
import type { SignatureArithmetic, SignatureCheck } from '../../src/platform/platform.ts';
import { rememberedArithmetic } from '../../src/platform/remembered-arithmetic.ts';

const SCHEME = { kind: 'rsa-pkcs1', digest: 'sha256' } as const;

function question(text = 'Surat Keputusan'): SignatureCheck {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const message = new TextEncoder().encode(text);
  const signature = new Uint8Array(sign('sha256', message, privateKey));
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  return { publicKey: spki, scheme: SCHEME, message, signature };
}

/** Arithmetic that counts how often it is asked. */
function counted(arithmetic: SignatureArithmetic): SignatureArithmetic & { readonly asked: () => number } {
  let asked = 0;
  return {
    asked: () => asked,
    verify: (check) => {
      asked += 1;
      return arithmetic.verify(check);
    },
  };
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const other = bytes.slice();
  other[at] = (other[at] ?? 0) ^ 1;
  return other;
}

test('the same question is computed once, whoever brings its bytes', async (t) => {
  const arithmetic = counted(nodePlatform.arithmetic);
  const remembered = rememberedArithmetic(arithmetic);
  const { publicKey, message, signature } = question();
  for (let i = 0; i < 3; i += 1) {
    const check = {
      publicKey: publicKey.slice(),
      scheme: { ...SCHEME },
      message: message.slice(),
      signature: signature.slice(),
    };
    t.equal(await remembered.verify(check), true);
  }
  t.equal(arithmetic.asked(), 1);
});

test('whatever differs in a question, its answer is its own', async (t) => {
  const remembered = rememberedArithmetic(nodePlatform.arithmetic);
  const check = question();
  t.equal(await remembered.verify(check), true);
  const last = check.signature.length - 1;
  t.equal(await remembered.verify({ ...check, message: flipped(check.message, 3) }), false);
  t.equal(await remembered.verify({ ...check, signature: flipped(check.signature, last) }), false);
  t.equal(await remembered.verify({ ...check, publicKey: question().publicKey }), false);
  t.equal(await remembered.verify({ ...check, scheme: { kind: 'rsa-pkcs1', digest: 'sha512' } }), false);
  t.equal(await remembered.verify({ ...check, message: check.message.subarray(1) }), false);
  t.equal(await remembered.verify(check), true);
});

test('signatures that differ only behind their first half kilobyte are two questions', async (t) => {
  const arithmetic = counted({ verify: ({ signature }) => signature[3000] === 1 });
  const remembered = rememberedArithmetic(arithmetic);
  const check = { ...question(), signature: new Uint8Array(3309) };
  t.equal(await remembered.verify(check), false);
  t.equal(await remembered.verify({ ...check, signature: flipped(check.signature, 3000) }), true);
  t.equal(await remembered.verify(check), false);
  t.equal(arithmetic.asked(), 3);
});

test('a no is asked again: it may have been a failure of the moment', async (t) => {
  let answer = false;
  const remembered = rememberedArithmetic({ verify: () => answer });
  const check = question();
  t.equal(await remembered.verify(check), false);
  answer = true;
  t.equal(await remembered.verify(check), true);
});

test('who changes the bytes afterwards changes no answer', async (t) => {
  const remembered = rememberedArithmetic(nodePlatform.arithmetic);
  const check = question();
  const message = check.message.slice();
  t.equal(await remembered.verify({ ...check, message }), true);
  message[0] = 0x58;
  t.equal(await remembered.verify({ ...check, message }), false);
  t.equal(await remembered.verify(check), true);
});

test('an answer that comes later is remembered too', async (t) => {
  const arithmetic = counted({ verify: async (check) => nodePlatform.arithmetic.verify(check) });
  const remembered = rememberedArithmetic(arithmetic);
  const check = question();
  t.equal(await remembered.verify(check), true);
  t.equal(await remembered.verify(check), true);
  t.equal(arithmetic.asked(), 1);
});

test('what is long is computed each time, and what is many is forgotten: memory stays bounded', async (t) => {
  const arithmetic = counted({ verify: () => true });
  const remembered = rememberedArithmetic(arithmetic);
  const check = question();
  const long = { ...check, message: new Uint8Array(8 * 1024 + 1) };
  t.equal(await remembered.verify(long), true);
  t.equal(await remembered.verify(long), true);
  t.equal(arithmetic.asked(), 2);
  for (let i = 0; i < 3000; i += 1) {
    const signature = new Uint8Array(256);
    new DataView(signature.buffer).setUint32(0, i);
    await remembered.verify({ ...check, signature });
  }
  t.equal(arithmetic.asked(), 3002);
  await remembered.verify({ ...check, signature: new Uint8Array(256) });
  t.equal(arithmetic.asked(), 3003, 'the first of three thousand is forgotten');
});
