// The code of the letter that `teken sign` signs, sealed with the key that the command line names.

import { withLetterCode } from '../letter-services.ts';
import { nodePlatform } from '../platform/node.ts';
import type { Source } from '../platform/platform.ts';
import { openServiceSeal } from '../service-seal.ts';

import type { Signer } from '../sign/ports.ts';
import type { SignRequest } from '../sign/sign-request.ts';
import { openSigner } from '../signers/open-signer.ts';
import type { LetterSettings } from './letter-settings.ts';

/**
 * The same request with the letter's code in its QR.
 * @throws SignerFailed for a seal that cannot be opened or is not P-256
 */
export async function requestWithCode(
  request: SignRequest,
  { sealUri, ...letter }: LetterSettings,
  source: Source,
  { chain: [leaf = new Uint8Array()] }: Pick<Signer, 'chain'>,
  production: boolean,
): Promise<SignRequest> {
  const backend = await openSigner(sealUri, { production, platform: nodePlatform });
  try {
    const seal = await openServiceSeal(backend, nodePlatform);
    return await withLetterCode(request, letter, source, leaf, seal);
  } finally {
    await backend.close();
  }
}
