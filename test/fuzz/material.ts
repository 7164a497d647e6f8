// What is changed: files and structures of the development PKI, and small files of the corpus. Keys are new in each run, so that the
// material is written down: a case is known by its material, its seed and its index.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../../src/asn1/values.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import type { TrustList } from '../../src/pki/trust-list.ts';

export const STRUCTURES = ['certificate', 'crl', 'ocsp', 'cms', 'token', 'request', 'response'] as const;
export type StructureKind = (typeof STRUCTURES)[number];

export interface PdfCarrier {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** When it is looked at. */
  readonly at: Instant;
}

export interface Structure {
  readonly kind: StructureKind;
  readonly bytes: Uint8Array;
}

export interface Material {
  readonly pdfs: readonly PdfCarrier[];
  readonly structures: readonly Structure[];
  readonly trustList: TrustList;
}

const FILE = 'material.json';

type Written<T> = { readonly [K in keyof T]: T[K] extends Uint8Array ? string : T[K] };
interface WrittenMaterial {
  readonly pdfs: readonly Written<PdfCarrier>[];
  readonly structures: readonly Written<Structure>[];
  readonly trust: Omit<TrustList, 'anchors' | 'intermediates'> & {
    readonly anchors: readonly (Omit<TrustList['anchors'][number], 'certificate'> & {
      readonly der: string;
    })[];
    readonly intermediates: readonly string[];
  };
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

/** Makes the material unless the folder has it already. */
export async function ensureMaterial(folder: string): Promise<void> {
  const path = join(folder, FILE);
  if (existsSync(path)) return;
  mkdirSync(folder, { recursive: true });
  // Only who makes material needs the development PKI, which takes seconds.
  const { makeMaterial } = await import('./make-material.ts');
  const { pdfs, structures, trustList } = await makeMaterial();
  const { anchors, intermediates, ...named } = trustList;
  const written: WrittenMaterial = {
    pdfs: pdfs.map((pdf) => ({ ...pdf, bytes: base64(pdf.bytes) })),
    structures: structures.map((structure) => ({ ...structure, bytes: base64(structure.bytes) })),
    trust: {
      ...named,
      anchors: anchors.map(({ certificate, ...terms }) => ({ ...terms, der: base64(certificate.der) })),
      intermediates: intermediates.map(({ der }) => base64(der)),
    },
  };
  writeFileSync(path, JSON.stringify(written));
}

export function readMaterial(folder: string): Material {
  const written = JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as WrittenMaterial;
  const { anchors, intermediates, ...named } = written.trust;
  return {
    pdfs: written.pdfs.map((pdf) => ({ ...pdf, bytes: bytesOf(pdf.bytes) })),
    structures: written.structures.map((structure) => ({ ...structure, bytes: bytesOf(structure.bytes) })),
    trustList: {
      ...named,
      anchors: anchors.map(({ der, ...terms }) => ({
        ...terms,
        certificate: parseCertificate(bytesOf(der)),
      })),
      intermediates: intermediates.map((der) => parseCertificate(bytesOf(der))),
    },
  };
}
