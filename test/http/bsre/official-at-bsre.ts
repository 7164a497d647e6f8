// An official whose key BSrE holds, entered as an operator does: the NIK that applications send, the certificate, the service.

import { readFileSync, writeFileSync } from 'node:fs';
import type { Test } from 'tap';
import type { developmentPaths } from '../../../certs-dev/folder.ts';
import { arrangeRemoteKeys, type RemoteKeys } from '../remote-keys.ts';

type Paths = ReturnType<typeof developmentPaths>;

/** The signer `bsre` has the NIK of the second official from here on. */
export async function arrangeOfficialAtBsre(t: Test, paths: Paths): Promise<RemoteKeys> {
  const registry = () => JSON.parse(readFileSync(paths.signersFile, 'utf8')) as { signers: Entry[] };
  const official = registry().signers.find(({ id }) => id === 'pejabat-ec');
  const remote = await arrangeRemoteKeys(t, paths, {});
  const signers = registry().signers.map((signer) =>
    signer.id === 'bsre'
      ? { ...signer, nik: official?.nik, certificateSha256: official?.certificateSha256 }
      : signer,
  );
  writeFileSync(paths.signersFile, JSON.stringify({ signers }));
  return remote;
}

interface Entry {
  readonly id: string;
  readonly nik?: string;
  readonly certificateSha256?: readonly string[];
}
