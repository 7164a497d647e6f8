// Whether one name lies within the subtree of another, form by form (RFC 5280, 4.2.1.10).

import type { Name } from './name.ts';

/** `unclear`: what cannot be read or compared; neither surely inside nor surely outside. */
export type Within = 'inside' | 'outside' | 'unclear';

/** The base is the beginning of the name. */
export function withinDirectory(name: Name, base: Name): Within {
  const inside =
    base.rdnKeys.length <= name.rdnKeys.length && base.rdnKeys.every((key, i) => key === name.rdnKeys[i]);
  return inside ? 'inside' : 'outside';
}

/** The base, or any labels put before it; a leading period, which some write, asks for at least one label. */
export function withinDns(name: string, base: string): Within {
  const host = plainHost(name);
  if (host === null) return 'unclear';
  return withinDomain(host, base, 'host-and-below');
}

/** `a@b` is one mailbox, `b` all on that host, `.b` all on the hosts below it. */
export function withinMailbox(name: string, base: string): Within {
  const at = name.lastIndexOf('@');
  const host = at > 0 ? plainHost(name.slice(at + 1)) : null;
  if (host === null) return 'unclear';
  const baseAt = base.lastIndexOf('@');
  if (baseAt < 0) return withinDomain(host, base, 'host-only');
  // The part before the @ is compared as it stands (RFC 5321, 2.4).
  const sameMailbox =
    name.slice(0, at) === base.slice(0, baseAt) && host === base.slice(baseAt + 1).toLowerCase();
  return sameMailbox ? 'inside' : 'outside';
}

/** The host of the URI: `b` is that host, `.b` the hosts below it. A URI without a host name cannot be inside anything. */
export function withinUri(name: string, base: string): Within {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(name)?.[1];
  const withoutUser = authority?.slice(authority.lastIndexOf('@') + 1);
  const host = withoutUser === undefined ? null : plainHost(withoutUser.replace(/:\d*$/, ''));
  if (host === null || /^[\d.]+$/.test(host)) return 'unclear';
  return withinDomain(host, base, 'host-only');
}

/** Address under address and mask, both of IPv4 or both of IPv6. */
export function withinIp(address: Uint8Array, base: Uint8Array): Within {
  if (address.length !== 4 && address.length !== 16) return 'unclear';
  if (base.length !== 2 * address.length) return 'outside';
  const mask = base.subarray(address.length);
  const inside = address.every((octet, i) => (octet & (mask[i] ?? 0)) === ((base[i] ?? 0) & (mask[i] ?? 0)));
  return inside ? 'inside' : 'outside';
}

function withinDomain(host: string, base: string, plainBase: 'host-only' | 'host-and-below'): Within {
  const domain = base.toLowerCase();
  if (domain === '') return 'inside';
  if (domain.startsWith('.')) return host.endsWith(domain) ? 'inside' : 'outside';
  if (host === domain) return 'inside';
  return plainBase === 'host-and-below' && host.endsWith(`.${domain}`) ? 'inside' : 'outside';
}

// Letters, digits, hyphens, underscores, a wild card label: anything else may be read differently by somebody else.
function plainHost(text: string): string | null {
  const host = text.toLowerCase();
  return /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(host) ? host : null;
}
