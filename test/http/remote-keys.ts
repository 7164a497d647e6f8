// Remote signing services that hold the key of a registered signer: doubles, and the entries by which the real service finds them.

import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Test } from 'tap';
import type { developmentPaths } from '../../certs-dev/folder.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { openContainer } from '../../src/signers/open-container.ts';
import { BSRE, type BsreDouble, startBsre } from '../doubles/bsre.ts';
import { CSC, type CscDouble, type CscPersona, startCsc } from '../doubles/csc.ts';

type Paths = ReturnType<typeof developmentPaths>;

/** What each credential wants beside the identity of the official; the signers have their names. */
export type RemoteCredentials = Readonly<Record<string, Omit<CscPersona, 'identity'>>>;

export interface RemoteKeys {
  readonly csc: CscDouble;
  readonly bsre: BsreDouble;
}

/** Registers a signer for each credential, and `bsre`; the key of all is that of `pejabat-ec`. */
export async function arrangeRemoteKeys(
  t: Test,
  paths: Paths,
  credentials: RemoteCredentials,
): Promise<RemoteKeys> {
  const passphrase = Buffer.from((await readFile(paths.passphrase('pejabat-ec'), 'utf8')).trim());
  const container = await readFile(paths.container('pejabat-ec'));
  const { keys, certificates } = await openContainer({ container, passphrase });
  const [[privateKey], [certificate, ...others]] = [keys, certificates];
  if (privateKey === undefined || certificate === undefined) throw new Error('no key');
  const identity = { privateKey, certificate };
  const personas = Object.entries(credentials).map(([id, wanted]) => {
    return [id, { ...wanted, identity, certificates: others }] as const;
  });
  const csc = await startCsc(t, Object.fromEntries(personas));
  const chain = [certificate, ...others].map((der) => parseCertificate(der));
  const [leaf] = chain;
  if (leaf === undefined) throw new Error('no certificate');
  const holder = { certificate: leaf.der, chain: chain.map(({ der }) => der), privateKey };
  const bsre = await startBsre(t, { identity: holder, clock: Date.now });
  const place = dirname(paths.signersFile);
  await writeFile(join(place, 'csc.secret'), CSC.clientSecret);
  await writeFile(join(place, 'bsre.pass'), BSRE.password);
  const cscUri = `csc:${csc.url}?allow-insecure-http=true&client-id=${CSC.clientId}&client-secret-file=csc.secret`;
  const bsreUri = `bsre:${bsre.url}?allow-insecure-http=true&username=${BSRE.username}&password-file=bsre.pass`;
  const entries = [
    ...Object.keys(credentials).map((id) => ({ id, uri: `${cscUri}&credential=${id}` })),
    { id: 'bsre', uri: bsreUri, signerId: BSRE.email },
  ];
  await addEntries(paths, entries);
  return { csc, bsre };
}

async function addEntries(paths: Paths, entries: readonly { readonly id: string }[]): Promise<void> {
  const { signers } = JSON.parse(await readFile(paths.signersFile, 'utf8')) as {
    signers: { id: string }[];
  };
  const others = signers.filter(({ id }) => id !== 'pejabat-ec');
  await writeFile(paths.signersFile, JSON.stringify({ signers: [...others, ...entries] }));
  const file = JSON.parse(await readFile(paths.clientsFile, 'utf8')) as { clients: { signers: string[] }[] };
  for (const client of file.clients) client.signers.push(...entries.map(({ id }) => id));
  await writeFile(paths.clientsFile, JSON.stringify(file));
}
