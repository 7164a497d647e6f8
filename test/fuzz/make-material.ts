// The material of a run, made with the tests' own PKI.

import { readFileSync } from 'node:fs';
import { currentRevocationList } from '../../certs-dev/revocation-list.ts';
import { encodeTimestampRequest, encodeTimestampResponse } from '../../src/cms/timestamp.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { carriers } from '../attacks/carriers.ts';
import { buildCms, LETTER } from '../cms/build-cms.ts';
import { issue, KEY_KINDS } from '../cms/identities.ts';
import { developmentRevocation, developmentTimestamps, now, pki } from '../sign/development-signer.ts';
import { corpusFiles, corpusMissing } from '../tools.ts';
import type { Material, PdfCarrier, Structure } from './material.ts';

const { digests } = nodePlatform;
const LARGEST = 60_000;
const MOST_FROM_CORPUS = 40;

export async function makeMaterial(): Promise<Material> {
  return {
    pdfs: [...(await carriers()).filter(({ bytes }) => bytes.length < 4 * LARGEST), ...corpusPdfs()],
    structures: await structures(),
    trustList: pki.trustList(digests),
  };
}

function corpusPdfs(): readonly PdfCarrier[] {
  if (corpusMissing() !== false) return [];
  const found = corpusFiles({ category: ['pades-valid', 'diff-permitted', 'coverage'] })
    .map(({ path }) => ({
      name: path.split('/').at(-1) ?? path,
      bytes: new Uint8Array(readFileSync(path)),
      at: now,
    }))
    .filter(({ bytes }) => bytes.length < LARGEST);
  const step = Math.ceil(found.length / MOST_FROM_CORPUS);
  return found.filter((_, i) => i % step === 0);
}

async function structures(): Promise<readonly Structure[]> {
  const { signal } = new AbortController();
  const imprint = { algorithm: 'sha256', digest: digests.of('sha256', LETTER) } as const;
  const token = await developmentTimestamps().stamp(imprint, signal);
  const issuing = parseCertificate(pki.issuing.certificate);
  const signer = parseCertificate(pki.signers.pejabat.certificate);
  const { ocsp } = await developmentRevocation().fetch(signer, issuing, signal);
  const identities = KEY_KINDS.map((kind) => issue(kind));
  const revoked = [1, 2, 3].map((serial) => ({ serialNumber: Uint8Array.of(serial), at: now, reason: 1 }));
  return [
    ...[
      pki.root.certificate,
      pki.issuing.certificate,
      pki.tsa.certificate,
      ...identities.map(({ certificate }) => certificate),
    ].map((bytes) => ({ kind: 'certificate' as const, bytes })),
    { kind: 'crl', bytes: currentRevocationList(pki.root, [], now, digests) },
    { kind: 'crl', bytes: currentRevocationList(pki.issuing, revoked, now, digests) },
    ...(ocsp === null ? [] : [{ kind: 'ocsp' as const, bytes: ocsp }]),
    ...identities.map((identity) => ({
      kind: 'cms' as const,
      bytes: buildCms({ signer: identity, content: LETTER, digest: 'sha384' }),
    })),
    { kind: 'token', bytes: token },
    { kind: 'request', bytes: encodeTimestampRequest({ ...imprint, nonce: 77n }) },
    { kind: 'response', bytes: encodeTimestampResponse({ status: 'granted', token }) },
  ];
}
