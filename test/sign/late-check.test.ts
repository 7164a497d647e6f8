// Time that runs out while a result is checked says nothing about the result: it is not handed out, and nobody is told that it was wrong.

import t from 'tap';
import { TrustServiceFailed } from '../../src/index.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource, type Source } from '../../src/platform/platform.ts';
import { appendedSource } from '../../src/sign/appended-source.ts';
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

const letter = bytesSource(handmadePdf({ objects: onePage() }));
const context: SignAndVerifyContext = {
  ...(await signingContext()),
  timestamps: developmentTimestamps(),
  revocation: developmentRevocation(),
  verification: { trustList: pki.trustList(nodePlatform.digests), policy: DEFAULT_POLICY },
  earlierBroken: 'refuse',
  developmentKeys: 'allow',
};

/** The caller hangs up when all is made and nothing is checked. */
function goneBeforeTheCheck(source: Source) {
  const gone = new AbortController();
  const materialise = async ({ update }: { readonly update: Uint8Array }): Promise<Source> => {
    gone.abort();
    return appendedSource(source, update);
  };
  return { signal: gone.signal, materialise };
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

t.test('a signature whose check was given up', async (t) => {
  const error = await failure(
    signAndVerify(letter, plainRequest, { ...context, ...goneBeforeTheCheck(letter) }),
  );
  t.ok(error instanceof TrustServiceFailed);
  t.match(error, { code: 'deadline-exceeded' });
});

t.test('a raised document whose check was given up', async (t) => {
  const { document } = await signAndVerify(letter, plainRequest, context);
  const { activation: _, signer: __, materialise: ___, ...raising } = context;
  const error = await failure(
    raiseAndVerify(document, 'B-LTA', { ...raising, ...goneBeforeTheCheck(document) }),
  );
  t.ok(error instanceof TrustServiceFailed);
  t.match(error, { code: 'deadline-exceeded' });
});
