// What the verifier says on a device where arithmetic does not reach, and that it reaches as far as the service's.

import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { type VerifiedHere, verifyHere } from '../../src/browser/verify-here.ts';
import { trustListOf } from '../../src/pki/trust-list.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { issue, signerExtensions } from '../pki/authority.ts';
import { authority, judge, noon, root, signedLetter } from '../verify/own-pki.ts';

const { digests } = nodePlatform;
const trustList = trustListOf({
  anchors: [
    {
      certificate: root.certificate,
      role: 'active',
      purposes: ['signature', 'seal', 'timestamp'],
      psreInduk: false,
    },
  ],
  intermediates: [],
  asOf: noon,
  digests,
});

function onDevice(letter: Uint8Array): Promise<VerifiedHere> {
  const signal = AbortSignal.timeout(30_000);
  return verifyHere(letter, { trustList, policy: DEFAULT_POLICY, now: noon, signal });
}

function letterBy(namedCurve: string): Promise<Uint8Array> {
  const key = generateKeyPairSync('ec', { namedCurve }).privateKey;
  return signedLetter({
    by: issue({ subject: 'Pejabat', issuer: authority, extensions: signerExtensions, key }),
  });
}

function changed(letter: Uint8Array): Uint8Array {
  const other = Buffer.from(letter);
  const at = other.indexOf('/MediaBox [0 0 595');
  other.write('/MediaBox [0 0 594', at, 'latin1');
  return new Uint8Array(other);
}

t.test('a curve that browsers lack gets the verdict that the service gives', async (t) => {
  for (const curve of ['prime256v1', 'secp224r1', 'secp256k1', 'brainpoolP256r1', 'brainpoolP512t1']) {
    const letter = await letterBy(curve);
    for (const file of [letter, changed(letter)]) {
      const { report, unavailable } = await onDevice(file);
      t.same(unavailable, [], curve);
      t.equal(report.verdict, (await judge(file, { evidence: [] })).verdict, curve);
    }
  }
});

t.test(
  'a curve that nobody judges is refused as by the service, and named where it was not computed',
  async (t) => {
    const letter = await letterBy('sect283k1');
    for (const file of [letter, changed(letter)]) {
      const { report, unavailable } = await onDevice(file);
      const service = await judge(file, { evidence: [] });
      t.equal(service.class, 'reject');
      t.equal(report.verdict, service.verdict);
      t.same(unavailable, ['ecdsa']);
    }
  },
);
