// Integers of any size, as octets and computed with. Only public numbers go through here: nothing is done in constant time.

/** Most significant octet first. */
export function bigIntOf(octets: Uint8Array): bigint {
  return octets.length === 0 ? 0n : BigInt(`0x${hexOf(octets)}`);
}

/** @returns as many octets as told, of a number that fits */
export function octetsOf(value: bigint, length: number): Uint8Array {
  return octetsOfHex(value.toString(16).padStart(2 * length, '0'));
}

export function octetsOfHex(digits: string): Uint8Array {
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) => {
    return Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16);
  });
}

export function hexOf(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}

export function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let power = 1n % modulus;
  for (const bit of exponent.toString(2)) {
    power = (power * power) % modulus;
    if (bit === '1') power = (power * base) % modulus;
  }
  return power;
}
