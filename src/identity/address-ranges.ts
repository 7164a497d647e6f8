// From where a client may call: networks in CIDR notation (RFC 4632, RFC 4291), IPv4 and IPv6.

import { BlockList, isIP } from 'node:net';

export interface AddressRanges {
  /** Whether an address lies in one of the ranges. Text that is no address does not. */
  has(address: string): boolean;
}

/** Whether the text is a network such as `10.1.0.0/16` or `2001:db8::/32`, or a single address. */
export function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  // A zone (fe80::1%eth0) means something on one machine alone.
  if (bits < 0 || more.length > 0 || address.includes('%')) return false;
  return prefix === undefined || (/^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= bits);
}

/** @param ranges - each an `isAddressRange` */
export function addressRanges(ranges: readonly string[]): AddressRanges {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    list.addSubnet(address, Number(prefix ?? (family === 'ipv4' ? 32 : 128)), family);
  }
  return {
    has: (address) => {
      const plain = plainAddress(address);
      const version = isIP(plain);
      return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

/** A socket that listens on both families shows IPv4 callers as `::ffff:10.1.2.3` (RFC 4291, 2.5.5.2). */
export function plainAddress(address: string): string {
  return /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1] ?? address;
}
