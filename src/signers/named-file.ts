// Files that a signer's URI names: containers, certificates, and secrets by reference.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SignerFailed } from '../sign/errors.ts';

/** Where relative file names begin; the working directory unless given. */
export interface NamingPlace {
  readonly directory?: string;
  /** Told of each file, by its absolute name, before it is read. */
  readonly onFileRead?: (file: string) => void;
}

/** @throws SignerFailed `signer-uri-invalid` { reason }, which names the parameter and not the file */
export async function readNamedFile(
  path: string,
  parameter: string,
  { directory = '.', onFileRead }: NamingPlace,
): Promise<Uint8Array> {
  const file = resolve(directory, path);
  onFileRead?.(file);
  try {
    const { buffer, byteOffset, byteLength } = await readFile(file);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (cause) {
    throw new SignerFailed('signer-uri-invalid', { reason: `${parameter} cannot be read` }, cause);
  }
}

/** The secret in a file, for interfaces that take text. @throws as `readNamedFile` */
export async function readNamedSecret(path: string, parameter: string, place: NamingPlace): Promise<string> {
  const contents = await readNamedFile(path, parameter, place);
  try {
    return Buffer.from(withoutLineEnd(contents)).toString('utf8');
  } finally {
    contents.fill(0);
  }
}

const LF = 0x0a;
const CR = 0x0d;

/** Editors and mounted secrets end a file with a line end that is no part of the secret. */
export function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  if (bytes.at(-1) !== LF) return bytes;
  return bytes.subarray(0, bytes.at(-2) === CR ? -2 : -1);
}
