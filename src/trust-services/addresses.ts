// Which network addresses a certificate's URL may lead to: those of the public internet, unless the operator says otherwise.

import { BlockList, isIP } from 'node:net';

/** `allow` adds the private and loopback ranges, never link-local (cloud metadata) nor what is no host at all. */
export type PrivateAddresses = 'refuse' | 'allow';

// IANA special-purpose address registries (RFC 6890 and its updates).
const PRIVATE: readonly [string, number, 'ipv4' | 'ipv6'][] = [
  ['127.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
];

const NEVER: readonly [string, number, 'ipv4' | 'ipv6'][] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
];

// The only global unicast space, and in it what embeds or tunnels to IPv4 addresses or is set aside.
const GLOBAL_IPV6: readonly [string, number, 'ipv6'] = ['2000::', 3, 'ipv6'];
const NEVER_IN_GLOBAL_IPV6: readonly [string, number, 'ipv6'][] = [
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['3fff::', 20, 'ipv6'],
];

const privateRanges = blockList(PRIVATE);
const neverRanges = blockList([...NEVER, ...NEVER_IN_GLOBAL_IPV6]);
const globalIpv6 = blockList([GLOBAL_IPV6]);

/** Whether a connection to this address may be opened. Text that is no IP address is not. */
export function isAllowedAddress(address: string, privateAddresses: PrivateAddresses): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (privateRanges.check(address, family)) return privateAddresses === 'allow';
  if (neverRanges.check(address, family)) return false;
  return version === 4 || globalIpv6.check(address, 'ipv6');
}

function blockList(ranges: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix, family] of ranges) list.addSubnet(network, prefix, family);
  return list;
}
