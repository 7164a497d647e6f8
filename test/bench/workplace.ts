// What a benchmark works on: letters of three sizes and one RSA-2048 key, in a folder that child processes read.

import { createPublicKey } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createDevelopmentPki,
  type DevelopmentPki,
  type Identity,
} from '../../certs-dev/certificate-authority.ts';
import { createContainerLock } from '../../certs-dev/container-lock.ts';
import { encodeCertificate, encodeName } from '../../certs-dev/encode-certificate.ts';
import { keyUsage } from '../../certs-dev/encode-extensions.ts';
import { developmentPaths, writeDevelopmentFolder } from '../../certs-dev/folder.ts';
import { encodePkcs12 } from '../../certs-dev/pkcs12.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { writeLetterOfSize } from './generate-pdf.ts';

export const SIZES = { '100 KB': 100_000, '10 MB': 10_000_000, '100 MB': 100_000_000 } as const;

export type SizeName = keyof typeof SIZES;

export const PEER_PASSPHRASE = 'pengukuran';

/** Where things are in a workplace. */
export function workplacePaths(folder: string) {
  const development = developmentPaths(join(folder, 'development'));
  const named = (kind: string, size: SizeName): string =>
    join(folder, `${kind}-${size.replace(' ', '')}.pdf`);
  return {
    letter: (size: SizeName) => named('letter', size),
    signed: (size: SizeName) => named('signed', size),
    output: join(folder, 'output.pdf'),
    longTerm: (size: SizeName, signatures: number) => named(`long-term-${signatures}`, size),
    trust: development.trust,
    root: development.authority('root.crt'),
    signerUri: `pkcs12:${development.container('pejabat')}?passphrase-file=${development.passphrase('pejabat')}`,
    peerContainer: join(folder, 'peer.p12'),
  };
}

/** Fills an empty folder. @returns whose certificates are in it */
export async function makeWorkplace(folder: string): Promise<DevelopmentPki> {
  const now = Date.now();
  const paths = workplacePaths(folder);
  mkdirSync(folder, { recursive: true });
  for (const [name, size] of Object.entries(SIZES)) writeLetterOfSize(paths.letter(name as SizeName), size);
  const baseUrl = 'http://127.0.0.1:9';
  const pki = await createDevelopmentPki({ now, baseUrl, keys: 'fast', platform: nodePlatform });
  await writeDevelopmentFolder(join(folder, 'development'), pki, { platform: nodePlatform, now });
  writeFileSync(paths.peerContainer, peerContainer(pki.signers.pejabat, now));
  return pki;
}

/**
 * The same key for the peer, with what is best for it: few key derivation rounds, since it opens the container anew for every
 * signature, and a plain certificate, since its reader refuses the large identifiers in ours.
 */
function peerContainer({ privateKey }: Identity, now: number): Uint8Array {
  const name = encodeName([Oid.commonName, 'Pejabat Contoh (UJI COBA)']);
  const certificate = encodeCertificate(
    {
      serialNumber: Uint8Array.of(1),
      issuer: name,
      subject: name,
      validity: { notBefore: now - 86_400_000, notAfter: now + 86_400_000 },
      publicKeyInfo: new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' })),
      extensions: [keyUsage('digitalSignature', 'nonRepudiation')],
    },
    privateKey,
    'sha256',
  );
  return encodePkcs12(
    { privateKey, chain: [certificate], friendlyName: 'pengukuran' },
    createContainerLock(PEER_PASSPHRASE, nodePlatform.randomBytes, 2048),
    nodePlatform.randomBytes,
  );
}
