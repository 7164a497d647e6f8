// Evidence from after the signature: answers that are too old, a level that is reached after a while, and our own clock.

import t from 'tap';
import type { Instant } from '../../src/asn1/values.ts';
import { bytesSource, type RevocationSource, raiseLevel, signedBytes } from '../../src/index.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { readSecurityStores } from '../../src/pdf/security-store.ts';
import { parseOcspResponse } from '../../src/pki/ocsp.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { TrustServiceFailed } from '../../src/sign/errors.ts';
import type { TimestampSource } from '../../src/sign/ports.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { developmentRevocation, developmentTimestamps, now, pki } from './development-signer.ts';
import { raiseTo, signAt, structureOf } from './long-term.ts';

const letter = handmadePdf({ objects: onePage() });
const MINUTE = 60_000;

/** Revocation data as of a time of the test's choice; `asked` holds the moments that answers had to be newer than. */
function revocationAsOf(clock: () => Instant) {
  const source = developmentRevocation({ pki, clock });
  const asked: (Instant | undefined)[] = [];
  const fetch: RevocationSource['fetch'] = (certificate, issuer, signal, since) => {
    asked.push(since);
    return source.fetch(certificate, issuer, signal);
  };
  return { fetch, asked };
}

t.test('an answer from before the time-stamp serves unless newer ones are demanded', async (t) => {
  const revocation = revocationAsOf(() => now - MINUTE);
  t.equal((await signAt('B-LT', letter, { revocation })).signature.level, 'PAdES-B-LT');
  const failure = await signAt('B-LT', letter, { revocation, freshness: 'after-signature' }).catch(
    (error: unknown) => error,
  );
  t.ok(failure instanceof TrustServiceFailed);
  t.match(failure, {
    code: 'revocation-unavailable',
    values: { certificates: [{ source: 'ocsp', reason: 'older-than-signature' }] },
  });
  const { certificates } = (failure as TrustServiceFailed).values as { certificates: unknown[] };
  t.equal(certificates.length, 1, 'the authorities above the signer are not asked for newer lists');
  t.ok(revocation.asked.includes(now), 'what is asked must be newer than the time-stamp');
});

t.test('with newer answers demanded, the stored one is from after the time-stamp', async (t) => {
  const times = [now - MINUTE, now - MINUTE];
  const revocation = revocationAsOf(() => times.shift() ?? now);
  const { bytes } = await signAt('B-LT', letter, { revocation, freshness: 'after-signature' });
  t.match(structureOf(bytes), { hasStore: true, storesChains: true });
  const stored = storedAnswers(bytes);
  t.ok(stored.length > 0);
  t.ok(
    stored.some((thisUpdate) => thisUpdate === now - (now % 1000)),
    'what was asked before the key was used does not count',
  );
});

/** As of when the OCSP responses in the file speak. */
function storedAnswers(bytes: Uint8Array): readonly Instant[] {
  const document = openDocument(bytesSource(bytes), { ...nodePlatform, damaged: 'refuse' });
  return readSecurityStores(document).ocspResponses.flatMap((der) => {
    const single = parseOcspResponse(der).basic?.responses[0];
    return single === undefined ? [] : [single.thisUpdate];
  });
}

t.test('a grace period delivers B-T now and says from when on the rest can be done', async (t) => {
  for (const level of ['B-LT', 'B-LTA'] as const) {
    const revocation = revocationAsOf(() => now);
    const made = await signAt(level, letter, { revocation, gracePeriodMs: 10 * MINUTE });
    t.match(made.signed, { level: 'B-T', raiseAfter: now - (now % 1000) + 10 * MINUTE });
    t.equal(made.signature.level, 'PAdES-B-T');
    t.match(structureOf(made.bytes), { hasStore: false, documentTimestamps: 0 });
    t.ok(revocation.asked.length > 0, 'a revoked certificate is found out before the key is used');
    const later = (made.signed.raiseAfter ?? 0) + 1;
    const raised = await raiseTo(level, made.bytes, {
      at: later,
      revocation: developmentRevocation({ pki, clock: () => later }),
      freshness: 'after-signature',
    });
    t.equal(raised.report.signatures[0]?.level, `PAdES-${level}`);
  }
});

t.test('without a grace period, and below B-LT, nothing is left for later', async (t) => {
  t.equal((await signAt('B-LT', letter)).signed.raiseAfter, null);
  t.equal((await signAt('B-T', letter, { gracePeriodMs: MINUTE })).signed.raiseAfter, null);
});

t.test(
  'raised before the end of the grace period with kept answers, it is told that they are too old',
  async (t) => {
    const { signed } = await signAt('B-LT', letter, { gracePeriodMs: MINUTE });
    await t.rejects(
      raiseLevel(bytesSource(signedBytes(signed)), 'B-LT', {
        platform: nodePlatform,
        timestamps: null,
        revocation: developmentRevocation({ pki, clock: () => now - MINUTE }),
        trustList: pki.trustList(nodePlatform.digests),
        now,
        signal: new AbortController().signal,
        freshness: 'after-signature',
      }),
      { code: 'revocation-unavailable' },
    );
  },
);

t.test('nothing is signed at any level while our clock is not trusted', async (t) => {
  const sound = developmentTimestamps();
  const timestamps: TimestampSource = {
    name: sound.name,
    tokenSize: sound.tokenSize,
    stamp: sound.stamp,
    requireTrustedClock: async () => {
      throw new TrustServiceFailed('clock-untrusted', { offsetSeconds: 600 });
    },
  };
  for (const level of ['B-B', 'B-T', 'B-LT'] as const)
    await t.rejects(signAt(level, letter, { timestamps }), { code: 'clock-untrusted' }, level);
});
