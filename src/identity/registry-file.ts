// What the operator's files about people and applications have in common: JSON, checked whole, refused with places and never values.

import type { z } from 'zod';

type RegistryName = 'clients' | 'signers' | 'seal-keys' | 'audit-keys' | 'signing-page';

/** `registry-invalid`: a registry file is not as it must be; `faults` name the places, never a value. */
export class InvalidRegistry extends Error {
  readonly code = 'registry-invalid';
  readonly faults: readonly string[];

  constructor(what: RegistryName, faults: readonly string[], cause?: unknown) {
    super(`${what}: ${faults.join('; ')}`, { cause });
    this.name = 'InvalidRegistry';
    this.faults = faults;
  }
}

/** JSON of a registry, checked against its schema. @throws InvalidRegistry */
export function parseRegistry<T>(what: RegistryName, schema: z.ZodType<T>, text: string): T {
  const read = schema.safeParse(parseJson(what, text));
  if (read.success) return read.data;
  throw new InvalidRegistry(
    what,
    read.error.issues.map((issue) => `/${issue.path.map(String).join('/')}: ${issue.message}`),
  );
}

function parseJson(what: RegistryName, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message repeats the text around the fault, which may be a key's digest or a passphrase file's place.
    throw new InvalidRegistry(what, ['the file is not JSON']);
  }
}

/** @throws InvalidRegistry when a value occurs twice */
export function requireUnique(what: RegistryName, member: string, values: readonly string[]): void {
  if (new Set(values).size < values.length)
    throw new InvalidRegistry(what, [`two entries have the same ${member}`]);
}
