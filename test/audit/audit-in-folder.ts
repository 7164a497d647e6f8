// An audit in a folder of its own, sealed by the development PKI, for tests that read it back.

import type { Test } from 'tap';
import { AuditLog, type AuditLogOptions } from '../../src/audit/audit-log.ts';
import { fileCheckpoints } from '../../src/audit/checkpoint-store.ts';
import { openFileSink } from '../../src/audit/file-sink.ts';
import type { ChainHead } from '../../src/audit/record.ts';
import { Lane } from '../../src/audit/sink.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { openServiceSeal, sealVerifier } from '../../src/service-seal.ts';
import { inProcessBackend } from '../../src/signers/in-process-backend.ts';
import { pki } from '../sign/development-signer.ts';

export const KEYS = [{ id: 'kunci-uji', key: new Uint8Array(32).fill(7) }];
export const OTHER_KEYS = [{ id: 'kunci-uji', key: new Uint8Array(32).fill(8) }];

const { chain, privateKey } = pki.service;
export const seal = await openServiceSeal(
  inProcessBackend(chain, async () => privateKey),
  nodePlatform,
);
export const verifySeal = sealVerifier([pki.service.certificate], nodePlatform.arithmetic);

let chains = 0;

/** A new chain in a folder; a fresh folder unless one is given. */
export async function auditIn(
  t: Test,
  options: Partial<AuditLogOptions> = {},
  folder: string = t.testdir(),
  after: readonly ChainHead[] = [],
): Promise<{ audit: AuditLog; folder: string; chainId: string }> {
  chains += 1;
  const chainId = `uji-${chains}`;
  const audit = new AuditLog({
    chainId,
    keys: KEYS,
    lanes: options.lanes ?? [new Lane(await openFileSink(folder, chainId))],
    checkpoints: await fileCheckpoints(folder, chainId),
    seal,
    stamp: null,
    now: () => new Date().toISOString(),
    checkpointEvery: { records: 25, ms: 60_000 },
    ...options,
  });
  audit.append('config.loaded', { macKeyId: 'kunci-uji', after });
  return { audit, folder, chainId };
}

/** A record as a signature leaves it. */
export function signatureFacts(audit: AuditLog, number: number) {
  return {
    requestId: `permintaan-${number}`,
    client: { id: 'opd-contoh', keyId: 'k1' },
    signerRef: audit.reference('signer', `${7271_0000_0000_0000 + number}`),
    signatureId: `tanda-${number}`,
    document: { outputSha256: number.toString(16).padStart(64, '0'), level: 'B-B' },
  };
}
